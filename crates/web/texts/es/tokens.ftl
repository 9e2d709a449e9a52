tokens-title = Tokens
tokens-lead = Todos los tokens de esta red, con sus precios y quién los tiene.
tokens-launch = Lanzar un token
tokens-search = Buscar por símbolo o nombre
tokens-show = Mostrar
tokens-show-all = Todos
tokens-show-market = Con mercado
tokens-show-stake = Con staking
tokens-show-community = Con fondo de recompensas
tokens-show-pegged = Anclados
tokens-show-new = Nuevos esta semana
tokens-show-all-again = Mostrar todos los tokens
tokens-sort = Ordenar por
tokens-apply = Aplicar
tokens-symbol = Símbolo
tokens-created = Más nuevos
tokens-count = { $count ->
    [one] 1 token. Los precios están en { $base }.
   *[other] { $count } tokens. Los precios están en { $base }.
}
tokens-none = Ningún token es así
tokens-token = Token
tokens-price = Precio
tokens-change = 24 h
tokens-volume = Volumen 24 h
tokens-cap = Capitalización
tokens-day = 7 días
tokens-supply = Emisión
tokens-holders = Titulares
tokens-marks = Tipo
tokens-actions = Acciones
tokens-trade = Comerciar
tokens-stakable = Staking
tokens-community = Fondo de recompensas
tokens-issued-by = Emitido por
tokens-buy = Comprar { $symbol }
tokens-in-wallet = En mi cartera
tokens-manage = Administrar
tokens-never-traded = Nadie ha comerciado todavía con este token.
tokens-chart = Los últimos 7 días, de { $least } a { $most } { $base }
tokens-no-index = Este nodo no lleva índice: aquí faltan titulares, operaciones y transferencias.
tokens-about = Qué es
tokens-says-nothing = El emisor no dice nada sobre él.
tokens-site = Sitio:
tokens-supply-title = Emisión
tokens-circulating = En circulación
tokens-issued = Emitido hasta ahora
tokens-max = Como máximo
tokens-burnt = Quemado
tokens-staked-part = De ello en stake
tokens-precision = Decimales
tokens-rules = Reglas
tokens-rule-stake = { $parts ->
    [one] Se puede poner en stake. Sacarlo tarda { $days } días y se paga de una vez.
   *[other] Se puede poner en stake. Sacarlo tarda { $days } días y se paga en { $parts } partes.
}
tokens-rule-no-stake = No se puede poner en stake.
tokens-rule-delegate = { $days ->
    [one] El stake se puede delegar a otros. Al retirarlo, vuelve tras 1 día.
   *[other] El stake se puede delegar a otros. Al retirarlo, vuelve tras { $days } días.
}
tokens-rule-no-delegate = El stake no se puede delegar.
tokens-rule-nobody = Nadie puede emitir más a mano: el emisor renunció a ello.
tokens-rule-issue = @{ $account } puede emitir { $amount } más.
tokens-top-holders = Mayores titulares
tokens-no-holders = Nadie tiene nada de él.
tokens-account = Cuenta
tokens-total = Total
tokens-of-supply = De lo que circula
tokens-whole-list = Lista de los { $count } titulares
tokens-spread = Cómo está repartido
tokens-spread-words = Los diez más ricos tienen el { $percent } %. El coeficiente de Gini es { $gini }: 0 sería lo mismo para todos, 1 todo para uno.
tokens-lorenz = Cuánto tiene en conjunto la parte más pobre de los titulares; la línea discontinua sería lo mismo para todos
tokens-places = Puestos
tokens-of-all = Del total
tokens-trades = Últimas operaciones
tokens-no-trades = Todavía no hay operaciones.
tokens-when = Cuándo
tokens-side = Lado
tokens-amount = Cantidad
tokens-buyer = Comprador
tokens-seller = Vendedor
tokens-bought = compra
tokens-sold = venta
tokens-transfers = Últimas transferencias
tokens-no-transfers = Todavía no hay transferencias.
tokens-from = De
tokens-to = A
tokens-transaction = Transacción
tokens-issue-mark = emitido
tokens-pool = Fondo de recompensas
tokens-pool-active = Paga recompensas
tokens-pool-stopped = Detenido
tokens-pool-holds = Contiene
tokens-pool-posts = Publicaciones que esperan y lo que ganan
tokens-pool-reward-days = { $count ->
    [one] Cada día llegan al fondo { $reward } { $symbol } nuevos.
   *[other] Cada { $count } días llegan al fondo { $reward } { $symbol } nuevos.
}
tokens-pool-reward-hours = { $count ->
    [one] Cada hora llegan al fondo { $reward } { $symbol } nuevos.
   *[other] Cada { $count } horas llegan al fondo { $reward } { $symbol } nuevos.
}
tokens-pool-reward-minutes = { $count ->
    [one] Cada minuto llegan al fondo { $reward } { $symbol } nuevos.
   *[other] Cada { $count } minutos llegan al fondo { $reward } { $symbol } nuevos.
}
tokens-pool-reward-seconds = { $count ->
    [one] Cada segundo llegan al fondo { $reward } { $symbol } nuevos.
   *[other] Cada { $count } segundos llegan al fondo { $reward } { $symbol } nuevos.
}
tokens-pool-cashout = { $days ->
    [one] Una publicación se paga un día después de publicarse.
   *[other] Una publicación se paga { $days } días después de publicarse.
}
tokens-pool-curation = De su recompensa, el { $percent } % es para quienes votaron por ella y el resto para el autor.
tokens-pool-staked = El { $percent } % de cada pago se paga en stake.
tokens-pool-power = Un voto completo usa el { $percent } % del poder de voto, que vuelve tras { $days } días.
tokens-pool-curves = Las recompensas crecen con los votos elevados a { $post }; las partes de los votantes, elevadas a { $curation }.
tokens-pool-tags = Una publicación pertenece a él con una de estas etiquetas:
tokens-pool-reduction = Cada { $days } días los tokens nuevos disminuyen un { $percent } %.
tokens-pool-no-downvotes = Los votos en contra no cuentan.
tokens-raw = Como lo tiene el contrato (JSON)
tokens-richlist = Lista de titulares
tokens-find-account = Buscar una cuenta
tokens-without-issuer = Sin el emisor
tokens-with-burnt = Con lo quemado
tokens-place = puesto { $place }
tokens-holds-none = @{ $account } no tiene { $symbol }.
tokens-holder-count = { $count ->
    [one] 1 titular
   *[other] { $count } titulares
}
tokens-liquid = Líquido
tokens-staked = En stake
tokens-unstaking = Saliendo del stake
tokens-lent-out = Prestado
tokens-lent-in = Prestado por otros
