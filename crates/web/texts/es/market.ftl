# Mercados, órdenes, fondos e intercambios.

market-list-title = Mercados
market-list-lead = Los precios son en { $base } por un token.
market-list-tabs = Tipos de mercados
market-list-search = Buscar por símbolo o nombre
market-list-sort = Ordenar por
market-list-show = Mostrar
market-list-none = Ningún mercado coincide
market-list-none-hint = Buscar entre todos los tokens
market-list-no-favourites = Aún no hay favoritos
market-list-no-favourites-hint = Toca la estrella junto a un mercado y lo encontrarás aquí.
market-list-count =
    { $count ->
        [one] Un mercado.
       *[other] { $count } mercados.
    }
market-list-quiet =
    { $count ->
        [one] Mostrar uno más sin operaciones en 30 días
       *[other] Mostrar { $count } más sin operaciones en 30 días
    }
market-tab-all = Todos
market-tab-favourites = Favoritos
market-tab-communities = Comunidades
market-tab-pegged = Monedas ancladas
market-tab-new = Nuevos
market-sort-change = Cambio 24 h, primero los que suben
market-sort-losers = Cambio 24 h, primero los que bajan
market-favourite = Favorito
market-favourite-of = { $symbol } es favorito
market-symbol = Mercado
market-last = Último
market-dollars = En dólares
market-change = 24 h
market-volume = Volumen 24 h
market-bid = Compra
market-ask = Venta
market-spread = Diferencial
market-spark = 7 días
market-high = Máximo 24 h
market-low = Mínimo 24 h
market-all = Todos los mercados

market-chart = Gráfico
market-chart-price = Precio
market-chart-depth = Profundidad
market-chart-log = Log
market-chart-label = Velas y volumen de { $symbol } en { $base }. Las últimas operaciones están en esta página.
market-chart-none = Aún no hay operaciones que dibujar.
market-chart-by = Gráfico de
market-interval = Duración de una vela
market-depth-label = Profundidad del libro de { $low } a { $high }: compras a la izquierda, ventas a la derecha.
market-book = Libro de órdenes
market-book-empty = Nadie compra ni vende aquí todavía. Pon la primera orden.
market-group = Pasos de precios
market-exact = Exacto
market-asks = Órdenes de venta
market-asks-caption = Órdenes de venta, primero el precio más bajo
market-bids = Órdenes de compra
market-bids-caption = Órdenes de compra, primero el precio más alto
market-no-asks = Nadie vende por ahora.
market-no-bids = Nadie compra por ahora.
market-take-ask = Comprar hasta este precio
market-take-bid = Vender hasta este precio
market-own = tu orden
market-price = Precio
market-quantity = Cantidad
market-sum = Suma ({ $base })
market-total = Total
market-total-in = Total ({ $base })
market-trades = Últimas operaciones
market-no-trades = Aún no hay operaciones.
market-time = Hora

market-form = Operar
market-side = Lado
market-both-sides = Ambos
market-buy = Comprar
market-sell = Vender
market-bought = Comprado
market-sold = Vendido
market-kind = Tipo de orden
market-limit = Límite
market-market = Mercado
market-available = Disponible:
market-deposit = Depositar
market-withdraw = Retirar
market-parts = Parte de lo que tienes
market-expires = Caduca
market-days =
    { $count ->
        [one] en 1 día
       *[other] en { $count } días
    }
market-review = Revisar la orden
market-fee = Comisión: 0.
market-keys = Teclas: b compra, s vende, Intro revisa, Esc sale.
market-noscript = Para operar aquí, permite JavaScript: tu clave firma en tu navegador y nunca sale de él.
market-yes = sí

market-my-orders = Tus órdenes abiertas
market-all-orders = Órdenes en todos los mercados
market-my-trades = Tus operaciones aquí
market-no-orders = No tienes órdenes abiertas.
market-log-in = Entra para operar
market-select = Elegir
market-select-one = Elegir la orden de { $quantity } { $symbol }
market-placed = Puesta
market-cancel = Cancelar
market-cancel-selected = Cancelar las elegidas
market-cancel-all = Cancelar todas las de la lista
market-csv = Todas tus operaciones como tabla (CSV)

market-orders-title = Tus órdenes
market-orders-who = ¿Las órdenes de quién?
market-open-orders = Órdenes abiertas: { $count }
market-locked = En órdenes:
market-history = Tus operaciones
market-no-index = Este nodo no guarda el historial de operaciones. Pregunta a uno que lo haga.
market-no-fills = Ninguna de tus órdenes se ha ejecutado todavía.
market-other = Con
market-transaction = Transacción

market-js-buy = Revisar: comprar { $symbol }
market-js-sell = Revisar: vender { $symbol }
market-js-fills-all = Se ejecuta en seguida a unos { $average }, en el peor caso a { $worst }.
market-js-fills-part = Ejecuta { $quantity } { $symbol } en seguida a unos { $average }; el resto espera en el libro.
market-js-rests = Espera en el libro hasta que alguien la tome.
market-js-market-buy = Unos { $quantity } { $symbol } a { $average } de media, en el peor caso a { $worst }. Deslizamiento { $slippage } %.
market-js-market-sell = Unos { $total } { $base } a { $average } de media, en el peor caso a { $worst }. Deslizamiento { $slippage } %.
market-js-thin = El libro no tiene órdenes para todo; el resto vuelve a ti.
market-js-empty = No hay nadie con quien operar ahora. Pon una orden con límite.
market-js-self = Esto tocaría tu propia orden. Operarías contigo.
market-js-balance = Tienes { $balance } { $symbol }.
market-js-small = El total debe ser al menos 0.00000001 { $base }.
market-js-far = El precio está a un { $percent } % del último. Lo quiero así.
market-js-very-far = El precio está a un { $percent } % del último. Escribe «{ $word }» si lo quieres así:
market-js-slippage = El precio medio sería un { $percent } % peor que el mejor. Lo quiero así.
market-js-worst = Poner una orden con límite a { $worst }
market-js-yes = sí

market-swap-title = Intercambiar
market-swap-lead = Un token por otro, por el mejor camino que haya: el libro de órdenes o un fondo. Nadie guarda tus tokens mientras tanto.
market-swap-from = De
market-swap-to = A
market-swap-flip = Intercambiar al revés
market-swap-exact = Sé lo que voy a
market-swap-pay = Pagar
market-swap-get = Recibir
market-swap-slippage = Deslizamiento
market-swap-slippage-hint = Así de peor que lo cotizado puede ser el intercambio. Si no, el contrato lo rechaza y conservas tus tokens.
market-swap-ask = Pedir cotización
market-swap-nothing = Elige dos tokens y una cantidad.
market-swap-for = por
market-swap-way = Por
market-swap-pool = Fondo { $pair }
market-swap-book = Libro de órdenes
market-swap-impact = Impacto en el precio
market-swap-fee = Comisión
market-swap-other = También posible
market-swap-book-hint = Una orden con este límite, por un minuto: lo que no se ejecuta en seguida vuelve a ti.
market-swap-least = Mínimo a recibir
market-swap-most = Máximo a pagar
market-swap-highest = Precio más alto
market-swap-lowest = Precio más bajo
market-swap-bound-hint = El propio contrato se encarga de ello.
market-swap-lacks = Tienes { $balance } { $symbol }.
market-swap-sure = El precio se mueve un { $percent } % con este intercambio. Lo quiero así.
market-swap-review = Revisar el intercambio
market-swap-same = Elige dos tokens distintos.
market-swap-unknown = No hay tal token. Elige uno de la lista.
market-swap-number = Escribe una cantidad como 12.5.
market-swap-decimals = El token no tiene tantos decimales.
market-swap-no-way = No hay fondo ni orden para esto. Prueba con menos, o pon una orden con límite.

market-pools-title = Fondos
market-pools-lead = Dos tokens en una olla, y cualquiera puede cambiar uno por el otro. Quien pone tokens gana las comisiones.
market-pools-search = Buscar por símbolo
market-pools-none = Ningún fondo coincide
market-pools-none-hint = Cualquiera puede crear uno, abajo.
market-pools-count =
    { $count ->
        [one] Un fondo.
       *[other] { $count } fondos.
    }
market-pool = Fondo
market-pool-worth = Liquidez ({ $base })
market-pool-apr = Comisiones en un año
market-pool-make = Crear un fondo
market-pool-pair = Sus dos tokens
market-pool-make-hint = Dos símbolos con dos puntos en medio. Crear un fondo cuesta { $fee } { $symbol }, que se queman.
market-pool-title = Fondo { $pair }
market-pool-price = Precio de 1 { $symbol }
market-pool-reserve = { $symbol } en el fondo
market-pool-add = Añadir liquidez
market-pool-add-hint = Las dos cantidades van juntas, al precio del fondo.
market-pool-first-hint = Eres la primera persona: tus cantidades fijan el precio.
market-pool-mine = Tu parte
market-pool-part = Parte que sacar
market-pool-remove = Sacar
market-pool-not-mine = Aún no has puesto nada.
market-pool-providers = Proveedores: { $count }
market-pool-empty = El fondo está vacío.
market-pool-who = Cuenta
market-pool-shares = Participaciones
market-pool-swaps = Últimos intercambios
market-pool-no-swaps = Aún no hay intercambios.
market-pool-rewards = Recompensas en un año
market-pool-liquidity = Liquidez
market-pool-share = Parte del fondo
market-pool-holds = Te pertenece
market-pool-value = Valor
market-pool-kept = Frente a guardar ambos
market-pool-kept-hint = Lo que hay en el fondo para ti y lo que retiraste, menos lo que pusiste, todo al precio de ahora: las comisiones lo aumentan y un precio que se ha movido lo reduce (pérdida impermanente).
market-pool-lottery = Cada { $hours } horas { $winners } proveedores ganan juntos { $amount } { $symbol }: cuanto mayor la parte, más probable.
market-js-out = Recibes unos { $base } { $baseSymbol } y { $quote } { $quoteSymbol }.
