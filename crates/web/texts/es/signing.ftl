# Entrar

signing-menu-in = Entrar
signing-menu-open = Menú de la cuenta
signing-menu-wallet = Mi cartera
signing-menu-profile = Mi cuenta
signing-menu-add = Añadir otra cuenta
signing-menu-switch = Cambiar a
signing-menu-out = Salir

signing-page-title = Entrar
signing-page-lead = Aquí no hace falta registrarse: basta tu cuenta de Steem o Hive.
signing-page-open = Elige cómo entrar
signing-page-scripts = Entrar y firmar ocurre en tu navegador, así que tiene que ejecutar los scripts de este sitio. Sin ellos puedes leerlo todo.
signing-page-safe-title = Tus claves se quedan contigo
signing-page-safe = Este sitio nunca ve una clave privada. Firmas en tu navegador o en tu cartera; solo se envía lo firmado.

signing-login-title = Entrar
signing-login-name = Nombre de la cuenta
signing-login-name-hint-steem = Tu cuenta en Steem, sin la @.
signing-login-name-hint-hive = Tu cuenta en Hive, sin la @.
signing-login-method = Cómo firmas
signing-login-keychain-hint = Una extensión del navegador que guarda tus claves. Lo más seguro.
signing-login-keychain-looking = Buscándola…
signing-login-keychain-found = Encontrada en este navegador.
signing-login-keychain-missing = No está en este navegador.
signing-login-redirect-hint = Firmas en { $site } y vuelves aquí. Funciona sin extensión.
signing-login-key = Clave privada de publicación
signing-login-key-hint = Se queda en esta pestaña, cifrada, y desaparece al cerrarla.
signing-login-demo = Cuentas de demostración
signing-login-demo-hint = Esto es una demostración: cualquiera puede usar una de estas cuentas. Elige una y pruébalo todo.
signing-login-do = Entrar

# El diálogo antes de firmar

signing-title = ¿Firmar como @{ $account }?
signing-do = Firmar
signing-cancel = Cancelar
signing-raw = Ver exactamente lo que se firma
signing-how-keychain-posting = Tu extensión te pedirá que confirmes con tu clave de publicación.
signing-how-keychain-active = Tu extensión te pedirá que confirmes con tu clave activa.
signing-how-redirect-posting = Vas a otro sitio a firmar con tu clave de publicación y vuelves aquí.
signing-how-redirect-active = Vas a otro sitio a firmar con tu clave activa y vuelves aquí.
signing-how-key-posting = Se firma en esta pestaña con tu clave de publicación.
signing-how-key-active = Se firma en esta pestaña con tu clave activa, que se olvida enseguida.
signing-how-demo-posting = Se firma con la clave de publicación de la cuenta de demostración.
signing-how-demo-active = Se firma con la clave activa de la cuenta de demostración.
signing-memo-missing = Los depósitos a { $accounts } se distinguen por su memo, y aquí no hay ninguno. Lo que envíes sin él puede perderse. Vuelve y añade el memo que te han dado.
signing-memo-missing-send = Enviarlo sin memo de todos modos
signing-memo-missing-unanswered = Vuelve y añade un memo, o marca que quieres enviar sin él.
signing-waiting-keychain = Esperando a tu extensión…
signing-waiting-redirect = Yendo al otro sitio…
signing-waiting-key = Firmando y enviando…
signing-waiting-demo = Firmando y enviando…
signing-key-posting = Clave privada de publicación
signing-key-posting-hint = Empieza por 5. Se queda en esta pestaña y nunca se envía.
signing-key-active = Clave privada activa de @{ $account }
signing-key-active-hint = Empieza por 5. Se usa una vez, no se guarda ni se envía. No escribas nunca tu clave de propietario ni tu contraseña maestra.

# Dónde está una transacción

signing-status-signature = Esperando la firma
signing-status-sent = Enviada
signing-status-included = En el bloque { $block }
signing-status-done = Hecho
signing-status-failed = Falló
signing-status-final = Definitivo
signing-status-waiting = Aún en espera
signing-status-waiting-hint = La cadena principal aún no la ha confirmado. No la envíes otra vez: mira la transacción dentro de un minuto.
signing-status-lost = Sin respuesta
signing-status-lost-hint = Se envió, pero este sitio no responde. No la envíes otra vez: mira la transacción dentro de un minuto.
signing-status-refused = No enviada
signing-status-said = El contrato dijo: { $error }

signing-signed-title = Firmado
signing-signed-lead = Esto ha sido de lo que firmaste.
signing-signed-none = El otro sitio no dijo qué pasó. Si firmaste, lo verás en el historial de tu cartera dentro de un minuto; si no, no ha pasado nada.
signing-signed-back = Volver a donde estabas

# Lo que puede fallar antes de enviar, y qué hacer

signing-error-other = Algo salió mal: { $reason }
signing-error-cancelled = Lo cancelaste en tu cartera. No se envió nada. Pulsa Firmar para intentarlo otra vez.
signing-error-no-server = No se puede llegar a este sitio. Revisa tu conexión e inténtalo otra vez; no se envió nada.
signing-error-server = El sitio respondió con un error ({ $status }). Inténtalo otra vez dentro de un momento.
signing-error-busy = Demasiadas personas hacen esto a la vez. Inténtalo dentro de unos segundos.
signing-error-too-many = Es más en un minuto de lo que este sitio transmite para un visitante. No se envió nada: espera { $seconds } segundos y pulsa Firmar otra vez.
signing-error-other-account = Solo @{ $account } puede hacer esto. Cambia a esa cuenta en el menú de arriba.
signing-error-key-none = Escribe la clave privada de @{ $account }.
signing-error-key-master = Esto es una contraseña maestra, que controla todo lo que tienes. No la escribas nunca en un sitio. Toma la clave de publicación o la activa de la página de permisos de tu cartera.
signing-error-key-public = Esta es una clave pública. La privada empieza por 5.
signing-error-key-malformed = Esto no es una clave privada: empieza por 5 y tiene 51 letras y cifras. Cópiala otra vez, entera.
signing-error-key-owner = Esta es la clave de propietario de @{ $account }, que puede cambiar todas tus otras claves. No se usó. No la escribas nunca en un sitio; guárdala fuera de línea.
signing-error-key-memo = Esta es la clave de mensajes de @{ $account }, que solo puede leerlos. Escribe la clave de publicación o la activa.
signing-error-key-other = Esta clave no es de @{ $account }. Revisa el nombre de la cuenta y si copiaste la clave correcta.
signing-error-key-too-strong = Esta es la clave activa de @{ $account }. Aquí basta la de publicación; se te pedirá la activa cuando se muevan fichas.
signing-error-key-too-weak = Esta es la clave de publicación de @{ $account }. Para mover fichas hace falta la activa.
signing-error-keychain-missing = No se encontró { $name } en este navegador. Instala o activa la extensión y recarga la página, o entra de otra manera.
signing-error-keychain-silent = { $name } no respondió. Abre la extensión e inténtalo otra vez.
signing-error-keychain-locked = { $name } está bloqueada. Desbloquéala con su contraseña y pulsa Firmar otra vez.
signing-error-keychain-empty = { $name } aún no tiene ninguna cuenta. Añade @{ $account } e inténtalo otra vez.
signing-error-keychain-account = { $name } no tiene la clave ({ $key }) de @{ $account }. Añádela a la extensión o cambia a una cuenta que tenga.
signing-error-keychain-other = { $name } firmó con una clave que no es la clave de publicación de @{ $account } en esta cadena principal. Comprueba la cuenta o importa su clave de publicación actual en la extensión.
signing-error-keychain-development = { $name } firmó para la cadena pública y esta es una red de desarrollo. Entra con una clave o con una cuenta de demostración.
signing-error-keychain-no-id = { $name } dice que lo envió, pero no con qué identificador. Mira tu historial dentro de un minuto antes de repetirlo.
signing-error-keychain-refused = La extensión se negó: { $reason }
signing-error-redirect-development = { $name } solo funciona en la cadena pública, y esta es una red de desarrollo. Entra con una clave o una cuenta de demostración.
signing-error-redirect-too-long = Esto es demasiado largo para un enlace a { $name }. Entra con una extensión o una clave.
signing-error-account-unknown = No hay ninguna cuenta @{ $account } en la cadena principal. Revisa cómo se escribe.
signing-error-account-name = «{ $account }» no puede ser un nombre de cuenta: de 3 a 16 letras minúsculas, cifras, puntos y guiones.
signing-error-missing-authority = La clave que firmó no puede hacer esto por tu cuenta. Entra otra vez con la clave correcta.
signing-error-wrong-signatures = La cadena principal no acepta la firma. Entra otra vez con la clave correcta.
signing-error-expired = Pasó demasiado tiempo entre crearla y enviarla. No se envió nada: pulsa Firmar otra vez.
signing-error-resources = Tu cuenta ha gastado sus créditos de recursos, que cuesta cada acción en la cadena principal. Se recargan solos en unos días, una quinta parte cada día; tienes más con más poder en la cadena principal o si alguien te delega.
signing-error-refused = La cadena principal lo rechazó: { $reason }
signing-error-uncertain = No se sabe si la cadena principal lo tomó. No lo firmes otra vez: mira tu historial dentro de un minuto.
signing-error-unreachable = La cadena principal no responde ahora. No se envió nada; inténtalo dentro de un minuto.
signing-error-invalid = Esto no se puede enviar: { $reason }
signing-error-too-large = Es demasiado grande para una transacción. Divídelo.
signing-error-foreign = Este sitio solo envía lo que pertenece a esta red.
signing-error-no-demo = Esta cuenta no es de ninguna demostración aquí. Sal y vuelve a entrar.

# Campos

signing-field-equals = Escribe { $equals } para confirmar.
signing-field-account-name = Un nombre de cuenta tiene de 3 a 16 letras minúsculas, cifras, puntos y guiones.
signing-field-account-unknown = No hay ninguna cuenta @{ $value } en la cadena principal. Revisa cómo se escribe.
signing-field-self = Es tu propia cuenta. Elige otra.
signing-field-secret = Esto parece una clave privada. Todo el mundo puede leer lo que firmas: no escribas nunca una clave aquí.
signing-field-json = Esto no es JSON: los textos y los nombres van entre comillas dobles, como [ "a", 1 ].
signing-field-object = Escribe un objeto JSON: nombres y valores entre llaves.
signing-field-number = Escribe un número como 12.5
signing-field-positive = Escribe una cantidad mayor que cero.
signing-field-whole = Solo números enteros.
signing-field-precision = Como mucho { $precision } decimales.
signing-field-min = Al menos { $min }.
signing-field-max = Tienes { $max } como mucho.

# Lo que se va a firmar

signing-words-other = Llamar a la acción { $action } del contrato { $contract }
signing-words-custom-json = Enviar un mensaje con el identificador { $id }
signing-words-transfer = En la cadena principal: enviar { $amount } a { $to }
signing-words-vote = Votar por @{ $author }/{ $permlink } con { $percent } %
signing-words-downvote = Votar en contra de @{ $author }/{ $permlink } con { $percent } %
signing-words-unvote = Retirar tu voto de @{ $author }/{ $permlink }
signing-words-post = Publicar «{ $title }»
signing-words-reply = Responder a @{ $parent }

signing-words-tokens-transfer = Enviar { $quantity } { $symbol } a { $to }
signing-words-tokens-transfer-burn = Quemar { $quantity } { $symbol }: desaparecen para siempre
signing-words-tokens-transferToContract = Enviar { $quantity } { $symbol } al contrato { $to }
signing-words-tokens-stake = Depositar { $quantity } { $symbol } para { $to }
signing-words-tokens-stake-self = Depositar { $quantity } { $symbol }
signing-words-tokens-unstake = Empezar a retirar { $quantity } { $symbol } del depósito
signing-words-tokens-cancelUnstake = Cancelar la retirada { $txID }: lo que queda sigue depositado
signing-words-tokens-delegate = Delegar { $quantity } { $symbol } de tu depósito a { $to }
signing-words-tokens-undelegate = Recuperar { $quantity } { $symbol } que delegaste a { $from }
signing-words-tokens-create = Crear la ficha { $symbol }, llamada «{ $name }», con { $precision } decimales y { $maxSupply } piezas como mucho
signing-words-tokens-issue = Emitir { $quantity } { $symbol } para { $to }
signing-words-tokens-enableStaking = Permitir depositar { $symbol }: retirar tarda { $unstakingCooldown } días, en { $numberTransactions } partes
signing-words-tokens-enableDelegation = Permitir delegar { $symbol }: recuperarlo tarda { $undelegationCooldown } días
signing-words-tokens-transferOwnership = Entregar la ficha { $symbol } a { $to }: ya no podrás emitirla ni cambiarla
signing-words-tokens-updateUrl = Cambiar la dirección del sitio de { $symbol } a { $url }
signing-words-tokens-updateMetadata = Cambiar lo que se dice de { $symbol }
signing-words-tokens-updatePrecision = Dar a { $symbol } { $precision } decimales; no se puede deshacer

signing-words-market-buy = Comprar { $quantity } { $symbol } a un precio de { $price } o menos
signing-words-market-sell = Vender { $quantity } { $symbol } a un precio de { $price } o más
signing-words-market-marketBuy = Comprar { $symbol } por { $quantity } a precio de mercado
signing-words-market-marketSell = Vender { $quantity } { $symbol } a precio de mercado
signing-words-market-cancel = Cancelar la orden { $id } ({ $type })
signing-words-marketpools-createPool = Crear la reserva de liquidez { $tokenPair }
signing-words-marketpools-addLiquidity = Poner { $baseQuantity } y { $quoteQuantity } en la reserva { $tokenPair }
signing-words-marketpools-removeLiquidity = Sacar el { $sharesOut } % de tu parte de la reserva { $tokenPair }
signing-words-marketpools-swapTokens = Cambiar en la reserva { $tokenPair }: { $tokenAmount } { $tokenSymbol }

signing-words-pegged-withdraw = Retirar { $quantity } a tu cuenta en la cadena principal, menos la comisión
signing-words-pegged-buy = Que se abone en esta red, menos la comisión

signing-words-comments-createRewardPool = Crear una reserva de recompensas para { $symbol }
signing-words-comments-updateRewardPool = Cambiar la reserva de recompensas { $rewardPoolId }
signing-words-comments-setActive = Hacer que la reserva { $rewardPoolId } pague recompensas
signing-words-comments-setActive-off = Parar la reserva de recompensas { $rewardPoolId }
signing-words-comments-setMute = Cambiar si { $account } está silenciado en la reserva { $rewardPoolId }
signing-words-comments-setPostMute = Cambiar si la publicación { $authorperm } está silenciada en la reserva { $rewardPoolId }
signing-words-mining-createPool = Crear una reserva de minado para { $minedToken }
signing-words-mining-updatePool = Cambiar la reserva de minado { $id }
signing-words-mining-setActive = Poner en marcha la reserva de minado { $id }
signing-words-mining-setActive-off = Parar la reserva de minado { $id }
signing-words-tokenfunds-createFund = Crear un fondo que paga { $payToken }
signing-words-tokenfunds-createProposal = Pedir dinero al fondo { $fundId }: «{ $title }»
signing-words-tokenfunds-approveProposal = Aprobar la propuesta { $id }
signing-words-tokenfunds-disapproveProposal = Retirar tu apoyo a la propuesta { $id }
signing-words-airdrops-newAirdrop = Dar { $symbol } a una lista de cuentas
signing-words-witnesses-approve = Votar por el testigo { $witness }
signing-words-witnesses-disapprove = Retirar tu voto por el testigo { $witness }
signing-words-witnesses-register = Registrarse como testigo
signing-words-contract-deploy = Publicar el contrato { $name }
signing-words-contract-update = Sustituir el código del contrato { $name }

# Lo que dicen los contratos, en palabras

signing-reason-balance = No tienes suficiente de esta ficha. Mira tu saldo: lo depositado, delegado o en órdenes no se puede usar.
signing-reason-no-balance = Aún no hay saldo de esta ficha. Consigue algo primero.
signing-reason-stake = No tienes suficiente depósito: lo que delegaste o ya estás retirando no se puede usar.
signing-reason-delegation = Delegaste menos que eso a esta cuenta. Recupera como mucho lo que delegaste.
signing-reason-no-delegation = No delegaste nada de esta ficha a esta cuenta.
signing-reason-no-unstake = Esta retirada ya terminó o se canceló. Recarga la página.
signing-reason-precision = La cantidad tiene más decimales que la ficha. Usa menos.
signing-reason-no-token = No hay ninguna ficha con este símbolo. Revisa cómo se escribe.
signing-reason-symbol-taken = Ya hay una ficha con este símbolo. Elige otro.
signing-reason-symbol = Un símbolo tiene hasta 10 letras mayúsculas y como mucho un punto, no en los extremos. Elige otro.
signing-reason-name = Un nombre tiene hasta 50 letras, cifras y espacios.
signing-reason-account = Esto no es un nombre de cuenta. Revisa cómo se escribe.
signing-reason-self = Esto no se puede hacer con tu propia cuenta. Elige otra.
signing-reason-positive = La cantidad tiene que ser mayor que cero.
signing-reason-fees = No tienes suficiente de la ficha con la que se pagan las comisiones. Consigue más e inténtalo otra vez.
signing-reason-active-key = Esto necesita tu clave activa. Firma otra vez con ella.
signing-reason-issuer = Solo la cuenta dueña de esta ficha puede hacerlo. Entra con esa cuenta.
signing-reason-not-allowed = Tu cuenta no puede hacer esto.
signing-reason-no-staking = Esta ficha no se puede depositar: su dueño no lo ha activado.
signing-reason-staking-already = El depósito ya está activado. No hay nada que hacer.
signing-reason-no-delegating = Esta ficha no se puede delegar: su dueño no lo ha activado.
signing-reason-delegating-already = La delegación ya está activada. No hay nada que hacer.
signing-reason-supply = Serían más piezas de las que puede haber. Emite menos.
signing-reason-arithmetic = La cantidad es demasiado pequeña o no encaja con lo que hay. Prueba otra.
signing-reason-no-order = Esta orden ya está ejecutada, vencida o cancelada. Recarga la página.
signing-reason-orders = Tienes demasiadas órdenes abiertas. Cancela algunas primero.
signing-reason-order-small = La orden vale menos que la pieza más pequeña de la otra ficha, o nadie ofrece lo contrario. Cambia la cantidad o el precio.
signing-reason-peg-minimum = La cantidad está por debajo del mínimo. Elige una mayor.
signing-reason-slippage = El precio se movió más de lo que permitiste. Inténtalo otra vez o permite más.
signing-reason-pool-exists = Ya hay una reserva así. Usa esa.
signing-reason-no-pool = No hay ninguna reserva así. Recarga la página.
signing-reason-no-post = No hay ninguna publicación así en esta comunidad. Quizá es muy nueva o se escribió en otro sitio.
signing-reason-blacklist = Esta cuenta no acepta fichas. Revisa el nombre.
signing-reason-no-contract = No hay ningún contrato así en esta red.
signing-reason-no-action = El contrato no conoce esa acción.
signing-reason-quantity = Esto no es una cantidad que la ficha conozca. Revisa el número.
signing-reason-params = Falta algo o está mal. Revisa los campos.
signing-reason-liquidity = La reserva tiene demasiado poco de la ficha para esto. Prueba con menos.
signing-reason-budget = La llamada era demasiado trabajo para una transacción. Divídela.
