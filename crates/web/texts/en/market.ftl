# Markets, orders, pools and swaps.

market-list-title = Markets
market-list-lead = Prices are in { $base } for one token.
market-list-tabs = Kinds of markets
market-list-search = Search by symbol or name
market-list-sort = Sort by
market-list-show = Show
market-list-none = No market fits
market-list-none-hint = Look among all tokens
market-list-no-favourites = No favourites yet
market-list-no-favourites-hint = Touch the star beside a market, and you find it here.
market-list-count =
    { $count ->
        [one] One market.
       *[other] { $count } markets.
    }
market-list-quiet =
    { $count ->
        [one] Show one more without trades in 30 days
       *[other] Show { $count } more without trades in 30 days
    }
market-tab-all = All
market-tab-favourites = Favourites
market-tab-communities = Communities
market-tab-pegged = Pegged coins
market-tab-new = New
market-sort-change = 24 h change, winners first
market-sort-losers = 24 h change, losers first
market-favourite = Favourite
market-favourite-of = { $symbol } is a favourite
market-symbol = Market
market-last = Last
market-dollars = In dollars
market-change = 24 h
market-volume = Volume 24 h
market-bid = Bid
market-ask = Ask
market-spread = Spread
market-spark = 7 days
market-high = High 24 h
market-low = Low 24 h
market-all = All markets

market-chart = Chart
market-chart-price = Price
market-chart-depth = Depth
market-chart-log = Log
market-chart-label = Candles and volume of { $symbol } in { $base }. The latest trades are listed on this page.
market-chart-none = No trades to draw yet.
market-chart-by = Chart by
market-interval = Length of a candle
market-depth-label = Depth of the order book from { $low } to { $high }: bids on the left, asks on the right.
market-book = Order book
market-book-empty = Nobody buys or sells here yet. Place the first order.
market-group = Steps of prices
market-exact = Exact
market-asks = Orders to sell
market-asks-caption = Orders to sell, the lowest price first
market-bids = Orders to buy
market-bids-caption = Orders to buy, the highest price first
market-no-asks = Nobody sells at present.
market-no-bids = Nobody buys at present.
market-take-ask = Buy up to this price
market-take-bid = Sell down to this price
market-own = your order
market-price = Price
market-quantity = Amount
market-sum = Sum ({ $base })
market-total = Total
market-total-in = Total ({ $base })
market-trades = Latest trades
market-no-trades = No trades yet.
market-time = Time

market-form = Trade
market-side = Side
market-both-sides = Both
market-buy = Buy
market-sell = Sell
market-bought = Bought
market-sold = Sold
market-kind = Kind of order
market-limit = Limit
market-market = Market
market-available = Available:
market-deposit = Deposit
market-withdraw = Withdraw
market-parts = Part of what you have
market-expires = Expires
market-days =
    { $count ->
        [one] in 1 day
       *[other] in { $count } days
    }
market-review = Review order
market-fee = Fee: 0.
market-keys = Keys: b buys, s sells, Enter reviews, Esc leaves.
market-noscript = To trade here, allow JavaScript: your key signs in your browser and never leaves it.
market-yes = yes

market-my-orders = Your open orders
market-all-orders = Orders in all markets
market-my-trades = Your trades here
market-no-orders = You have no open orders.
market-log-in = Log in to trade
market-select = Select
market-select-one = Select the order of { $quantity } { $symbol }
market-placed = Placed
market-cancel = Cancel
market-cancel-selected = Cancel selected
market-cancel-all = Cancel all listed
market-csv = All your trades as a table (CSV)

market-orders-title = Your orders
market-orders-who = Whose orders?
market-open-orders = Open orders: { $count }
market-locked = In orders:
market-history = Your trades
market-no-index = This node keeps no history of trades. Ask one that does.
market-no-fills = None of your orders has been filled yet.
market-other = With
market-transaction = Transaction

market-js-buy = Review: buy { $symbol }
market-js-sell = Review: sell { $symbol }
market-js-fills-all = Fills at once at about { $average }, at worst { $worst }.
market-js-fills-part = Fills { $quantity } { $symbol } at once at about { $average }; the rest waits in the book.
market-js-rests = Waits in the book until somebody takes it.
market-js-market-buy = About { $quantity } { $symbol } at { $average } on average, at worst { $worst }. Slippage { $slippage } %.
market-js-market-sell = About { $total } { $base } at { $average } on average, at worst { $worst }. Slippage { $slippage } %.
market-js-thin = The book has too few orders for all of it; the rest comes back to you.
market-js-empty = There is nobody to trade with at the moment. Place a limit order.
market-js-self = This would meet your own order. You would trade with yourself.
market-js-balance = You have { $balance } { $symbol }.
market-js-small = The total must be at least 0.00000001 { $base }.
market-js-far = The price is { $percent } % away from the last one. I want that.
market-js-very-far = The price is { $percent } % away from the last one. Type “{ $word }” if you want that:
market-js-slippage = The average price would be { $percent } % worse than the best one. I want that.
market-js-worst = Place a limit order at { $worst } instead
market-js-yes = yes

market-swap-title = Swap
market-swap-lead = One token for another, by the best way there is: the order book or a pool. Nobody holds your tokens in between.
market-swap-from = From
market-swap-to = To
market-swap-flip = Swap the other way round
market-swap-exact = I know what I
market-swap-pay = Pay
market-swap-get = Get
market-swap-slippage = Slippage
market-swap-slippage-hint = So much worse than quoted may the swap be. Otherwise the contract refuses it, and you keep your tokens.
market-swap-ask = Ask for a quote
market-swap-nothing = Choose two tokens and an amount.
market-swap-for = for
market-swap-way = By
market-swap-pool = Pool { $pair }
market-swap-book = Order book
market-swap-impact = Price impact
market-swap-fee = Fee
market-swap-other = Also possible
market-swap-book-hint = An order at this limit, for one minute: what is not filled at once comes back to you.
market-swap-least = Least to get
market-swap-most = Most to pay
market-swap-highest = Highest price
market-swap-lowest = Lowest price
market-swap-bound-hint = The contract itself sees to it.
market-swap-lacks = You have { $balance } { $symbol }.
market-swap-sure = The price moves by { $percent } % through this swap. I want that.
market-swap-review = Review swap
market-swap-same = Choose two different tokens.
market-swap-unknown = There is no such token. Choose one of the list.
market-swap-number = Type an amount such as 12.5.
market-swap-decimals = The token has not so many decimals.
market-swap-no-way = There is no pool and no order for this. Try a smaller amount, or place a limit order.

market-pools-title = Pools
market-pools-lead = Two tokens in one pot, and anyone may swap one for the other. Who puts tokens in earns the fees.
market-pools-search = Search by symbol
market-pools-none = No pool fits
market-pools-none-hint = Anyone can make one, below.
market-pools-count =
    { $count ->
        [one] One pool.
       *[other] { $count } pools.
    }
market-pool = Pool
market-pool-worth = Liquidity ({ $base })
market-pool-apr = Fees in a year
market-pool-make = Create a pool
market-pool-pair = Its two tokens
market-pool-make-hint = Two symbols with a colon between. Creating a pool costs { $fee } { $symbol }, which are burnt.
market-pool-title = Pool { $pair }
market-pool-price = Price of 1 { $symbol }
market-pool-reserve = { $symbol } in the pool
market-pool-add = Add liquidity
market-pool-add-hint = Both amounts go together, at the price of the pool.
market-pool-first-hint = You are the first: your amounts set the price.
market-pool-mine = Your part
market-pool-part = Part of it to take out
market-pool-remove = Take out
market-pool-not-mine = You have put nothing in yet.
market-pool-providers = Providers: { $count }
market-pool-empty = The pool is empty.
market-pool-who = Account
market-pool-shares = Shares
market-pool-swaps = Latest swaps
market-pool-no-swaps = No swaps yet.
market-pool-rewards = Rewards in a year
market-pool-liquidity = Liquidity
market-pool-share = Share of the pool
market-pool-holds = Belongs to you
market-pool-value = Worth
market-pool-kept = Compared with keeping both
market-pool-kept-hint = What is in the pool for you and what you took out, less what you put in, all at the price of now: fees make it more, and a price that has moved makes it less (impermanent loss).
market-pool-lottery = Every { $hours } hours { $winners } providers win { $amount } { $symbol } together: the larger the share, the likelier.
market-js-out = You get about { $base } { $baseSymbol } and { $quote } { $quoteSymbol }.
