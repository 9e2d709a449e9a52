tokens-title = Tokens
tokens-lead = All tokens of this network, with their prices and who holds them.
tokens-launch = Launch a token
tokens-search = Search by symbol or name
tokens-show = Show
tokens-show-all = All
tokens-show-market = With a market
tokens-show-stake = Can be staked
tokens-show-community = With a reward pool
tokens-show-pegged = Pegged
tokens-show-new = New this week
tokens-show-all-again = Show all tokens
tokens-sort = Sort by
tokens-apply = Apply
tokens-symbol = Symbol
tokens-created = Newest
tokens-count = { $count ->
    [one] 1 token. Prices are in { $base }.
   *[other] { $count } tokens. Prices are in { $base }.
}
tokens-none = No token is like this
tokens-token = Token
tokens-price = Price
tokens-change = 24 h
tokens-volume = Volume 24 h
tokens-cap = Market cap
tokens-day = 7 days
tokens-supply = Supply
tokens-holders = Holders
tokens-marks = Kind
tokens-actions = Actions
tokens-trade = Trade
tokens-stakable = Staking
tokens-community = Reward pool
tokens-issued-by = Issued by
tokens-buy = Buy { $symbol }
tokens-in-wallet = In my wallet
tokens-manage = Manage
tokens-never-traded = Nobody has traded this token yet.
tokens-chart = The last 7 days, from { $least } to { $most } { $base }
tokens-no-index = This node keeps no index: holders, trades and transfers are missing here.
tokens-about = What it is
tokens-says-nothing = The issuer says nothing about it.
tokens-site = Site:
tokens-supply-title = Supply
tokens-circulating = In circulation
tokens-issued = Issued so far
tokens-max = At most
tokens-burnt = Burnt
tokens-staked-part = Of it staked
tokens-precision = Decimals
tokens-rules = Rules
tokens-rule-stake = { $parts ->
    [one] It can be staked. Unstaking takes { $days } days and pays out at once.
   *[other] It can be staked. Unstaking takes { $days } days and pays out in { $parts } parts.
}
tokens-rule-no-stake = It cannot be staked.
tokens-rule-delegate = { $days ->
    [one] Stake can be delegated to others. Taken back, it returns after 1 day.
   *[other] Stake can be delegated to others. Taken back, it returns after { $days } days.
}
tokens-rule-no-delegate = Stake cannot be delegated.
tokens-rule-nobody = Nobody can issue more of it by hand: the issuer gave it up.
tokens-rule-issue = @{ $account } can issue { $amount } more.
tokens-top-holders = Top holders
tokens-no-holders = Nobody holds any of it.
tokens-account = Account
tokens-total = Total
tokens-of-supply = Of what circulates
tokens-whole-list = Rich list: all { $count } holders
tokens-spread = How it is spread
tokens-spread-words = The ten richest hold { $percent } % of it. The Gini coefficient is { $gini }: 0 would be the same for all, 1 all for one.
tokens-lorenz = How much the poorer part of the holders has together; the dashed line would be the same for all
tokens-places = Places
tokens-of-all = Of all
tokens-trades = Latest trades
tokens-no-trades = There are no trades yet.
tokens-when = When
tokens-side = Side
tokens-amount = Amount
tokens-buyer = Buyer
tokens-seller = Seller
tokens-bought = bought
tokens-sold = sold
tokens-transfers = Latest transfers
tokens-no-transfers = There are no transfers yet.
tokens-from = From
tokens-to = To
tokens-transaction = Transaction
tokens-issue-mark = issued
tokens-pool = Reward pool
tokens-pool-active = Pays rewards
tokens-pool-stopped = Stopped
tokens-pool-holds = It holds
tokens-pool-posts = Posts that wait and what they earn
tokens-pool-reward-days = { $count ->
    [one] Every day { $reward } new { $symbol } come into the pool.
   *[other] Every { $count } days { $reward } new { $symbol } come into the pool.
}
tokens-pool-reward-hours = { $count ->
    [one] Every hour { $reward } new { $symbol } come into the pool.
   *[other] Every { $count } hours { $reward } new { $symbol } come into the pool.
}
tokens-pool-reward-minutes = { $count ->
    [one] Every minute { $reward } new { $symbol } come into the pool.
   *[other] Every { $count } minutes { $reward } new { $symbol } come into the pool.
}
tokens-pool-reward-seconds = { $count ->
    [one] Every second { $reward } new { $symbol } come into the pool.
   *[other] Every { $count } seconds { $reward } new { $symbol } come into the pool.
}
tokens-pool-cashout = { $days ->
    [one] A post is paid a day after it was published.
   *[other] A post is paid { $days } days after it was published.
}
tokens-pool-curation = Of its reward { $percent } % go to those who voted for it, the rest to the author.
tokens-pool-staked = { $percent } % of each payment are paid as stake.
tokens-pool-power = A full vote uses { $percent } % of the power to vote, which is back after { $days } days.
tokens-pool-curves = Rewards grow with the votes to the power of { $post }; the shares of voters to the power of { $curation }.
tokens-pool-tags = A post belongs to it with one of these tags:
tokens-pool-reduction = Every { $days } days the new tokens become fewer by { $percent } %.
tokens-pool-no-downvotes = Downvotes count nothing.
tokens-raw = As the contract has it (JSON)
tokens-richlist = Rich list
tokens-find-account = Find an account
tokens-without-issuer = Without the issuer
tokens-with-burnt = With what was burnt
tokens-place = place { $place }
tokens-holds-none = @{ $account } holds no { $symbol }.
tokens-holder-count = { $count ->
    [one] 1 holder
   *[other] { $count } holders
}
tokens-liquid = Liquid
tokens-staked = Staked
tokens-unstaking = Unstaking
tokens-lent-out = Lent out
tokens-lent-in = Lent by others
