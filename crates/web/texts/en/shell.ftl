# What every page has, errors, the front page, and the page of components.

layout-description = Tokens, markets and rewards for communities on Steem and Hive.
layout-skip = Skip to the content
layout-head = latest block
layout-connection-lost = Connection lost; trying again.
layout-language = Language
layout-theme = Colours
layout-apply = Apply

theme-system = As your device
theme-light = Light
theme-dark = Dark

nav-label = Sections
nav-markets = Markets
nav-tokens = Tokens
nav-pools = Pools
nav-explorer = Explorer
nav-wallet = Wallet
nav-operator = This node

search-label = Search accounts, tokens, transactions and blocks
search-placeholder = Account, token, transaction, block
search-go = Search

sync-starting = starting
sync-catching-up = catching up
sync-synced = in sync
sync-stalled = main chain stands still
sync-retrying = main chain unreachable
sync-stopped = stopped

status-success = Success
status-failed = Failed
status-partly = Partly
status-virtual = By the chain
status-pending = Pending
status-final = Final
status-reversible = Reversible

pager-label = Pages
pager-previous = Previous
pager-next = Next
pager-newest = Newest
pager-older = Older
pager-place = Page { $number } of { $last }

error-code = Error { $code }
error-home = To the front page
error-again = Try again
error-not-found-title = There is nothing here
error-not-found-advice = Check the spelling, or search above. Something new can take a few seconds to appear.
error-bad-request-title = That cannot be read
error-bad-request-advice = Mend the address as it says, or go back and try again.
error-unavailable-title = Not available at the moment
error-unavailable-advice = Nothing is lost. Try again in a few seconds.
error-busy-title = Too many requests at once
error-busy-advice = Nothing is lost. Try again in a few seconds.
error-no-index-title = This node keeps no histories
error-no-index-advice = The page needs an index, and this node runs without one. Ask another node, or the operator.
error-internal-title = The page could not be made
error-internal-advice = This is a fault of the node, not yours. Try again; if it stays, tell the operator.

home-title = Explorer
home-lead = What happens on the sidechain of { $chain }, as it happens.
home-head = Latest block
home-main-head = Head of { $chain }
home-irreversible = Irreversible up to
home-lag = Behind the main chain
home-lag-blocks = { $count ->
    [0] not at all
    [one] 1 block
   *[other] { $count } blocks
 }
home-pace = Transactions per minute
home-failed = Failed in 24 hours
home-active = Accounts active in 24 hours
home-nodes = Nodes that agree
home-stats = Day by day
home-changes = Contracts changed lately
home-all-transactions = As they happen
home-latest-transactions = Latest transactions
home-no-transactions = No transactions lately
home-no-transactions-advice = They appear here a few seconds after somebody sends one.
home-blocks = Latest blocks
home-block = Block
home-time = Time
home-transactions = Transactions
home-all-blocks = All blocks
home-tokens = Most traded
home-token = Token
home-price = Price in { $base }
home-change = 24 h
home-volume = Volume
home-no-tokens = Nothing was traded yet
home-launch = Launch a token
home-all-tokens = All tokens

style-title = Components
style-lead = What the pages are made of, in one place.
style-words = Words and numbers
style-heading = A heading
style-paragraph = You see what you sign before you sign it.
style-link = A link
style-small = something small
style-statuses = Statuses
style-actions = Actions
style-main-action = Main action
style-other-action = Other action
style-danger = Cannot be undone
style-disabled = Not now
style-copy = Copy
style-tabs = Tabs
style-tab-one = First
style-tab-two = Second
style-form = Form
style-field-to = To
style-field-hint = An account name.
style-field-quantity = Quantity
style-field-error = Expected a number, found 1.23.4.
style-field-check = I know what this does
style-table = Table
style-change = Change
style-figures = Figures
style-progress = Progress
style-states = Messages and empty states
style-notice = Something to know
style-empty = Nothing here yet

price-unknown = price unknown
price-source = By the price feed of { $chain }’s witnesses.
