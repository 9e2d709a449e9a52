# How this node does.

operator-title = This node
operator-lead = How it does now. The same is at /health and /metrics for programs.
operator-reason-advice = The node tries again by itself. Its log says more.
operator-sync = Following the main chain
operator-state = State
operator-position = Main-chain block executed
operator-eta = Time to catch up
operator-eta-seconds = { $count ->
    [one] 1 second
   *[other] { $count } seconds
 }
operator-blocks-per-second = Blocks per second
operator-transactions-per-second = Transactions per second
operator-forks = Forks followed
operator-nodes = { $chain } nodes
operator-node = Node
operator-usable = In use
operator-unusable = Left out
operator-head = Head block
operator-latency = Answers in
operator-requests = Requests
operator-failures = Failures
operator-last-failure = Last failure
operator-no-nodes = Nothing is known of main-chain nodes yet
operator-no-nodes-advice = This changes a moment after the node has started.
operator-index = Index
operator-index-block = Indexed up to block
operator-index-missing = Behind the chain
operator-index-fails = The index does not answer
operator-no-index = This node keeps no index
operator-no-index-advice = Histories, holders and charts need one: start the node without --no-index.
operator-work = Work
operator-unflushed = Bytes not on disk yet
operator-connections = Connections
operator-websockets = WebSockets
operator-subscriptions = Subscriptions
operator-listeners = Pages that listen
operator-main-blocks = Main-chain blocks since the start
operator-transactions = Transactions since the start
operator-reverts = Times blocks were taken back
operator-busy = Requests refused as too many
operator-slow = Slow clients dropped
operator-facts = About
operator-version = Version
operator-network = Network
operator-custom-json = custom_json id
operator-programs = For programs
