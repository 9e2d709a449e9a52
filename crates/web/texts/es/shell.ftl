# Lo que tiene cada página, los errores, la portada y la página de componentes.

layout-description = Tokens, mercados y recompensas para comunidades en Steem y Hive.
layout-skip = Ir al contenido
layout-head = último bloque
layout-connection-lost = Conexión perdida; se intenta de nuevo.
layout-language = Idioma
layout-theme = Colores
layout-apply = Aplicar

theme-system = Como tu dispositivo
theme-light = Claro
theme-dark = Oscuro

nav-label = Secciones
nav-markets = Mercados
nav-tokens = Tokens
nav-pools = Fondos
nav-explorer = Explorador
nav-wallet = Cartera
nav-operator = Este nodo

search-label = Buscar cuentas, tokens, transacciones y bloques
search-placeholder = Cuenta, token, transacción, bloque
search-go = Buscar

sync-starting = iniciando
sync-catching-up = poniéndose al día
sync-synced = al día
sync-stalled = la cadena principal está detenida
sync-retrying = cadena principal inaccesible
sync-stopped = detenido

status-success = Hecho
status-failed = Fallido
status-partly = En parte
status-virtual = De la cadena
status-pending = Pendiente
status-final = Definitivo
status-reversible = Reversible

pager-label = Páginas
pager-previous = Anterior
pager-next = Siguiente
pager-newest = Lo más nuevo
pager-older = Más antiguo
pager-place = Página { $number } de { $last }

error-code = Error { $code }
error-home = A la portada
error-again = Intentar de nuevo
error-not-found-title = Aquí no hay nada
error-not-found-advice = Revisa cómo está escrito, o busca arriba. Lo nuevo puede tardar unos segundos en aparecer.
error-bad-request-title = Eso no se puede leer
error-bad-request-advice = Corrige la dirección como se indica, o vuelve atrás e inténtalo de nuevo.
error-unavailable-title = No disponible en este momento
error-unavailable-advice = No se ha perdido nada. Inténtalo de nuevo en unos segundos.
error-busy-title = Demasiadas peticiones a la vez
error-busy-advice = No se ha perdido nada. Inténtalo de nuevo en unos segundos.
error-no-index-title = Este nodo no guarda historiales
error-no-index-advice = La página necesita un índice, y este nodo funciona sin él. Pregunta a otro nodo o al operador.
error-internal-title = No se pudo crear la página
error-internal-advice = Es un fallo del nodo, no tuyo. Inténtalo de nuevo; si continúa, avisa al operador.

home-title = Explorador
home-lead = Lo que pasa en la cadena lateral de { $chain }, según pasa.
home-head = Último bloque
home-main-head = Cabeza de { $chain }
home-irreversible = Irreversible hasta
home-lag = Detrás de la cadena principal
home-lag-blocks = { $count ->
    [0] nada
    [one] 1 bloque
   *[other] { $count } bloques
 }
home-pace = Transacciones por minuto
home-failed = Fallidas en 24 horas
home-active = Cuentas activas en 24 horas
home-nodes = Nodos que coinciden
home-stats = Día a día
home-changes = Contratos cambiados hace poco
home-all-transactions = Según ocurren
home-latest-transactions = Últimas transacciones
home-no-transactions = No hay transacciones recientes
home-no-transactions-advice = Aparecen aquí pocos segundos después de que alguien envía una.
home-blocks = Últimos bloques
home-block = Bloque
home-time = Hora
home-transactions = Transacciones
home-all-blocks = Todos los bloques
home-tokens = Más negociados
home-token = Token
home-price = Precio en { $base }
home-change = 24 h
home-volume = Volumen
home-no-tokens = Todavía no se negoció nada
home-launch = Lanzar un token
home-all-tokens = Todos los tokens

style-title = Componentes
style-lead = De qué están hechas las páginas, en un solo lugar.
style-words = Palabras y números
style-heading = Un título
style-paragraph = Ves lo que firmas antes de firmarlo.
style-link = Un enlace
style-small = algo pequeño
style-statuses = Estados
style-actions = Acciones
style-main-action = Acción principal
style-other-action = Otra acción
style-danger = No se puede deshacer
style-disabled = Ahora no
style-copy = Copiar
style-tabs = Pestañas
style-tab-one = Primera
style-tab-two = Segunda
style-form = Formulario
style-field-to = Para
style-field-hint = Un nombre de cuenta.
style-field-quantity = Cantidad
style-field-error = Se esperaba un número, se encontró 1.23.4.
style-field-check = Sé lo que hace esto
style-table = Tabla
style-change = Cambio
style-figures = Cifras
style-progress = Progreso
style-states = Mensajes y estados vacíos
style-notice = Algo que saber
style-empty = Todavía no hay nada

price-unknown = precio desconocido
price-source = Según el precio que publican los testigos de { $chain }.
