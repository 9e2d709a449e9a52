# Cómo va este nodo.

operator-title = Este nodo
operator-lead = Cómo va ahora. Lo mismo está en /health y /metrics para programas.
operator-reason-advice = El nodo lo intenta de nuevo por sí solo. Su registro dice más.
operator-sync = Seguimiento de la cadena principal
operator-state = Estado
operator-position = Bloque principal ejecutado
operator-eta = Tiempo para ponerse al día
operator-eta-seconds = { $count ->
    [one] 1 segundo
   *[other] { $count } segundos
 }
operator-blocks-per-second = Bloques por segundo
operator-transactions-per-second = Transacciones por segundo
operator-forks = Bifurcaciones seguidas
operator-nodes = Nodos de { $chain }
operator-node = Nodo
operator-usable = En uso
operator-unusable = Apartado
operator-head = Último bloque
operator-latency = Responde en
operator-requests = Peticiones
operator-failures = Fallos
operator-last-failure = Último fallo
operator-no-nodes = Aún no se sabe nada de nodos de la cadena principal
operator-no-nodes-advice = Cambia un momento después de iniciar el nodo.
operator-index = Índice
operator-index-block = Indexado hasta el bloque
operator-index-missing = Detrás de la cadena
operator-index-fails = El índice no responde
operator-no-index = Este nodo no guarda índice
operator-no-index-advice = Los historiales, titulares y gráficos lo necesitan: inicia el nodo sin --no-index.
operator-work = Trabajo
operator-unflushed = Bytes aún no en disco
operator-connections = Conexiones
operator-websockets = WebSockets
operator-subscriptions = Suscripciones
operator-listeners = Páginas que escuchan
operator-main-blocks = Bloques principales desde el inicio
operator-transactions = Transacciones desde el inicio
operator-reverts = Veces que se retiraron bloques
operator-busy = Peticiones rechazadas por exceso
operator-slow = Clientes lentos desconectados
operator-facts = Acerca de
operator-version = Versión
operator-network = Red
operator-custom-json = Id de custom_json
operator-programs = Para programas
