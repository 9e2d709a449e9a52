rewards-pools-title = Fondos de recompensas
rewards-pools-lead = Comunidades cuyo token se paga a los autores y a quienes votan sus publicaciones.
rewards-pools-none = Ninguna comunidad tiene todavía un fondo de recompensas.
rewards-state = Estado
rewards-new-tokens = Tokens nuevos
rewards-each = { $reward } cada { $seconds } s
rewards-tags = Etiquetas

rewards-title = Recompensas de { $symbol }
rewards-lead = Las publicaciones con la etiqueta de la comunidad se pagan de este fondo, cada una según los votos de quienes tienen stake. Nadie tiene que reclamar nada: se paga cuando llega el momento.
rewards-stopped = La comunidad ha parado el fondo. No se paga nada hasta que vuelva a ponerlo en marcha.
rewards-in-pool = En el fondo
rewards-claims = Derechos pendientes
rewards-claims-hint = Los derechos son lo que suman los votos de las publicaciones; cada una recibe del fondo la parte que su derecho tiene en el total.
rewards-next-interval = Tokens nuevos
rewards-yearly = Ganan al año quienes tienen stake
rewards-yearly-hint = Lo que gana quien tiene stake vale si votan todos; quien no vota no gana nada.
rewards-replies = Las respuestas tienen un fondo propio: { $tokens } { $symbol } y derechos de { $claims }.
rewards-posts = Publicaciones que esperan
rewards-posts-count = { $count ->
    [one] 1 publicación espera su pago.
   *[other] { $count } publicaciones esperan su pago.
} Las estimaciones valen si nadie vota más.
rewards-posts-cut = Solo se muestran las que se pagan primero.
rewards-posts-none = No espera ninguna publicación. Publica una con la etiqueta de la comunidad.
rewards-post = Publicación
rewards-estimate = Estimación
rewards-paid = Se paga
rewards-vote = Votar
rewards-closed = cerrada
rewards-muted = silenciado
rewards-declined = rechazado
rewards-payments = Próximos pagos
rewards-when = Cuándo
rewards-posts-number = Publicaciones
rewards-together = Juntas
rewards-rules = Las reglas
rewards-muted-list = Silenciados
rewards-muted-hint = La comunidad los ha silenciado: sus votos no cuentan y no se les paga nada.
rewards-muted-none = No hay nadie silenciado.

rewards-post-title = Recompensa de { $post }
rewards-votes = Votos
rewards-posted = Publicada
rewards-votes-until = Los votos cuentan hasta
rewards-unpaid-muted = La comunidad ha silenciado esta publicación: no se paga nada por ella.
rewards-unpaid-declined = El autor ha rechazado el pago de esta publicación.
rewards-vote-title = Vótala
rewards-direction = Qué dices
rewards-for = Me gusta
rewards-against = Estoy en contra
rewards-take-back = Retiro mi voto
rewards-strength = Fuerza
rewards-js-says = Con tu voto la publicación recibe { $change } { $symbol }: { $after } en total. Tú ganas unos { $curator } { $symbol }. Usa { $used } de tu poder de voto, del que tienes { $power }.
rewards-js-log-in = Entra para ver cuánto vale tu voto.
rewards-js-no-stake = No tienes stake de { $symbol }, así que tu voto no cambia nada aquí. Pon antes algo en stake.
rewards-js-no-estimate = Ahora no se puede calcular cuánto vale tu voto. Puedes votar igualmente.
rewards-mine = Has votado con { $percent }. Otro voto ocupa su lugar.
rewards-closed-hint = Los votos a esta publicación ya no cuentan.
rewards-shares = Quién recibe qué
rewards-shares-none = Nadie recibe nada todavía: nadie la ha votado.
rewards-role = Como
rewards-role-author = autor
rewards-role-curator = votante
rewards-role-beneficiary = beneficiario
rewards-role-tax = tasa de aplicación
rewards-liquid = Libre
rewards-staked = En stake
rewards-voters = Quién ha votado
rewards-voters-none = Nadie la ha votado todavía.
rewards-rshares = Suma
rewards-weight = Peso como votante
rewards-why = Por qué esta cantidad
rewards-why-votes = { $count ->
    [one] 1 voto suma { $rshares } según el stake de quien votó y el poder usado.
   *[other] { $count } votos suman { $rshares } según el stake de quienes votaron y el poder usado.
}
rewards-why-claim = En la curva «{ $curve }» con { $exponent } esto da un derecho de { $claim }.
rewards-why-claims = Todas las publicaciones tienen ahora derechos de { $now }. Cuando se pague esta, quedará { $left } y se habrá sumado { $added }: { $then }.
rewards-why-pool = El fondo tiene ahora { $now } { $symbol }. { $intervals } intervalos más traen { $new }, las publicaciones anteriores se llevan { $paid }: { $then }.
rewards-why-value = { $value } { $symbol } = { $pool } × { $claim } / { $claims }
rewards-why-split = De eso, el { $percent } % va a quienes votaron: { $curators } { $symbol }. El lado del autor recibe { $author }. El { $staked } % de cada pago se paga como stake.
rewards-why-hint = Esto es lo que se paga si nadie vota ni publica más; «tartan rewards explain» dice lo mismo.
