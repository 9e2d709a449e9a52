# Logging in

signing-menu-in = Log in
signing-menu-open = Account menu
signing-menu-wallet = My wallet
signing-menu-profile = My account
signing-menu-add = Add another account
signing-menu-switch = Switch to
signing-menu-out = Log out

signing-page-title = Log in
signing-page-lead = You need no account here: your Steem or Hive account is enough.
signing-page-open = Choose how to log in
signing-page-scripts = Logging in and signing happen in your browser, so it has to run this site's scripts. You can read everything without them.
signing-page-safe-title = Your keys stay with you
signing-page-safe = This site never sees a private key. You sign in your browser or in your wallet; only what you signed is sent.

signing-login-title = Log in
signing-login-name = Account name
signing-login-name-hint-steem = Your account on Steem, without the @.
signing-login-name-hint-hive = Your account on Hive, without the @.
signing-login-method = How you sign
signing-login-keychain-hint = A browser extension that keeps your keys. Safest.
signing-login-keychain-looking = Looking for it…
signing-login-keychain-found = Found in this browser.
signing-login-keychain-missing = Not found in this browser.
signing-login-redirect-hint = You sign on { $site } and come back here. Works without an extension.
signing-login-key = Private posting key
signing-login-key-hint = It stays in this tab, encrypted, and is gone when you close it.
signing-login-demo = Demo accounts
signing-login-demo-hint = This is a demo: anyone may act as one of these. Choose one and try everything.
signing-login-do = Log in

# The dialog before something is signed

signing-title = Sign as @{ $account }?
signing-do = Sign
signing-cancel = Cancel
signing-raw = Show exactly what is signed
signing-how-keychain-posting = Your wallet extension will ask you to confirm with your posting key.
signing-how-keychain-active = Your wallet extension will ask you to confirm with your active key.
signing-how-redirect-posting = You go to another site to sign with your posting key, and come back here.
signing-how-redirect-active = You go to another site to sign with your active key, and come back here.
signing-how-key-posting = Signed in this tab with your posting key.
signing-how-key-active = Signed in this tab with your active key, which is forgotten at once.
signing-how-demo-posting = Signed with the demo account's posting key.
signing-how-demo-active = Signed with the demo account's active key.
signing-memo-missing = Deposits to { $accounts } are told apart by their memo, and there is none. What you send without it may be lost. Go back and add the memo that you were given.
signing-memo-missing-send = Send it without a memo all the same
signing-memo-missing-unanswered = Go back and add a memo, or tick that you want to send without one.
signing-waiting-keychain = Waiting for your wallet extension…
signing-waiting-redirect = Going to the other site…
signing-waiting-key = Signing and sending…
signing-waiting-demo = Signing and sending…
signing-key-posting = Private posting key
signing-key-posting-hint = Begins with 5. It stays in this tab and is never sent.
signing-key-active = Private active key of @{ $account }
signing-key-active-hint = Begins with 5. It is used once, never kept and never sent. Never type your owner key or master password anywhere.

# Where a transaction is

signing-status-signature = Waiting for signature
signing-status-sent = Sent
signing-status-included = In block { $block }
signing-status-done = Done
signing-status-failed = Failed
signing-status-final = Final
signing-status-waiting = Still waiting
signing-status-waiting-hint = The main chain has not confirmed it yet. Do not send it again: look at the transaction in a minute.
signing-status-lost = No answer
signing-status-lost-hint = It was sent, but this site does not answer. Do not send it again: look at the transaction in a minute.
signing-status-refused = Not sent
signing-status-said = The contract said: { $error }

signing-signed-title = Signed
signing-signed-lead = This is what has become of what you signed.
signing-signed-none = The other site did not say what became of it. If you signed, you will find it in your wallet's history in a minute; if you did not, nothing has happened.
signing-signed-back = Back to where you were

# What can go wrong before something is sent, and what to do

signing-error-other = Something went wrong: { $reason }
signing-error-cancelled = You cancelled it in your wallet. Nothing was sent. Press Sign to try again.
signing-error-no-server = This site cannot be reached. Check your connection and try again; nothing was sent.
signing-error-server = The site answered with an error ({ $status }). Try again in a moment.
signing-error-busy = Too many people are doing this at once. Try again in a few seconds.
signing-error-too-many = This is more in a minute than this site passes on for one visitor. Nothing was sent: wait { $seconds } seconds and press Sign again.
signing-error-other-account = Only @{ $account } can do this. Switch to that account in the menu at the top.
signing-error-key-none = Type the private key of @{ $account }.
signing-error-key-master = This is a master password, which controls everything you have. Never type it into a site. Take the posting or active key from your wallet's permissions page.
signing-error-key-public = This is a public key. The private one begins with 5.
signing-error-key-malformed = This is not a private key: one begins with 5 and has 51 letters and digits. Copy it again, completely.
signing-error-key-owner = This is the owner key of @{ $account }, which can change all your other keys. It was not used. Never type it into a site; keep it offline.
signing-error-key-memo = This is the memo key of @{ $account }, which can only read messages. Type the posting or active key.
signing-error-key-other = This key does not belong to @{ $account }. Check the account name, and that you copied the right key.
signing-error-key-too-strong = This is the active key of @{ $account }. The posting key is enough here; you are asked for the active key when tokens move.
signing-error-key-too-weak = This is the posting key of @{ $account }. What moves tokens needs the active key.
signing-error-keychain-missing = { $name } was not found in this browser. Install or switch on the extension and load the page again, or log in another way.
signing-error-keychain-silent = { $name } did not answer. Open the extension and try again.
signing-error-keychain-locked = { $name } is locked. Unlock it with its password and press Sign again.
signing-error-keychain-empty = { $name } holds no account yet. Add @{ $account } to it and try again.
signing-error-keychain-account = { $name } does not have the { $key } key of @{ $account }. Add it to the extension, or switch to an account it has.
signing-error-keychain-other = { $name } signed with a key that is not the posting key of @{ $account } on this main chain. Check the account, or import its present posting key into the extension.
signing-error-keychain-development = { $name } signed for the public chain, and this is a development network. Log in with a key or a demo account.
signing-error-keychain-no-id = { $name } says it sent it, but not under which id. Look into your history in a minute before you try again.
signing-error-keychain-refused = The wallet extension refused: { $reason }
signing-error-redirect-development = { $name } works on the public chain only, and this is a development network. Log in with a key or a demo account.
signing-error-redirect-too-long = This is too long for a link to { $name }. Log in with a wallet extension or a key.
signing-error-account-unknown = There is no account @{ $account } on the main chain. Check the spelling.
signing-error-account-name = “{ $account }” cannot be an account name: 3 to 16 small letters, digits, dots and dashes.
signing-error-missing-authority = The key that signed may not do this for your account. Log in again with the right key.
signing-error-wrong-signatures = The main chain does not accept the signature. Log in again with the right key.
signing-error-expired = It took too long between making and sending it. Nothing was sent: press Sign again.
signing-error-resources = Your account has used up its resource credits, which every action on the main chain costs. They refill by themselves within days, a fifth every day; more stake on the main chain, or somebody who delegates some to you, gives you more.
signing-error-refused = The main chain refused it: { $reason }
signing-error-uncertain = It is uncertain whether the main chain took it. Do not sign it again: look into your history in a minute.
signing-error-unreachable = The main chain does not answer at present. Nothing was sent; try again in a minute.
signing-error-invalid = This cannot be sent: { $reason }
signing-error-too-large = This is too large for one transaction. Split it.
signing-error-foreign = This site sends only what belongs to this network.
signing-error-no-demo = This account belongs to no demo here. Log out and in again.

# Fields

signing-field-equals = Type { $equals } to confirm.
signing-field-account-name = An account name has 3 to 16 small letters, digits, dots and dashes.
signing-field-account-unknown = There is no account @{ $value } on the main chain. Check the spelling.
signing-field-self = This is your own account. Choose another one.
signing-field-secret = This looks like a private key. Everybody can read what you sign: never type a key here.
signing-field-json = This is not JSON: texts and names stand in double quotes, such as [ "a", 1 ].
signing-field-object = Type a JSON object: names and values between curly brackets.
signing-field-number = Type a number such as 12.5
signing-field-positive = Type an amount above zero.
signing-field-whole = Whole numbers only.
signing-field-precision = At most { $precision } decimals.
signing-field-min = At least { $min }.
signing-field-max = You have { $max } at most.

# What is going to be signed

signing-words-other = Call the action { $action } of the contract { $contract }
signing-words-custom-json = Send a message with the id { $id }
signing-words-transfer = On the main chain: send { $amount } to { $to }
signing-words-vote = Vote for @{ $author }/{ $permlink } with { $percent } %
signing-words-downvote = Vote against @{ $author }/{ $permlink } with { $percent } %
signing-words-unvote = Take back your vote on @{ $author }/{ $permlink }
signing-words-post = Publish “{ $title }”
signing-words-reply = Reply to @{ $parent }

signing-words-tokens-transfer = Send { $quantity } { $symbol } to { $to }
signing-words-tokens-transfer-burn = Burn { $quantity } { $symbol }: they are gone for ever
signing-words-tokens-transferToContract = Send { $quantity } { $symbol } to the contract { $to }
signing-words-tokens-stake = Stake { $quantity } { $symbol } for { $to }
signing-words-tokens-stake-self = Stake { $quantity } { $symbol }
signing-words-tokens-unstake = Begin to unstake { $quantity } { $symbol }
signing-words-tokens-cancelUnstake = Cancel the unstake { $txID }: what is left of it stays staked
signing-words-tokens-delegate = Delegate { $quantity } { $symbol } of your stake to { $to }
signing-words-tokens-undelegate = Take back { $quantity } { $symbol } that you delegated to { $from }
signing-words-tokens-create = Create the token { $symbol }, called “{ $name }”, with { $precision } decimals and at most { $maxSupply } pieces
signing-words-tokens-issue = Issue { $quantity } { $symbol } to { $to }
signing-words-tokens-enableStaking = Let { $symbol } be staked: unstaking takes { $unstakingCooldown } days, in { $numberTransactions } parts
signing-words-tokens-enableDelegation = Let stake of { $symbol } be delegated: taking it back takes { $undelegationCooldown } days
signing-words-tokens-transferOwnership = Hand the token { $symbol } over to { $to }: you cannot issue or change it any more
signing-words-tokens-updateUrl = Change the address of { $symbol }'s site to { $url }
signing-words-tokens-updateMetadata = Change what is said about { $symbol }
signing-words-tokens-updatePrecision = Give { $symbol } { $precision } decimals; this cannot be undone

signing-words-market-buy = Buy { $quantity } { $symbol } at a price of { $price } or lower
signing-words-market-sell = Sell { $quantity } { $symbol } at a price of { $price } or higher
signing-words-market-marketBuy = Buy { $symbol } for { $quantity } at the market price
signing-words-market-marketSell = Sell { $quantity } { $symbol } at the market price
signing-words-market-cancel = Cancel the { $type } order { $id }
signing-words-marketpools-createPool = Create the liquidity pool { $tokenPair }
signing-words-marketpools-addLiquidity = Put { $baseQuantity } and { $quoteQuantity } into the pool { $tokenPair }
signing-words-marketpools-removeLiquidity = Take { $sharesOut } % of your shares out of the pool { $tokenPair }
signing-words-marketpools-swapTokens = Swap in the pool { $tokenPair }: { $tokenAmount } { $tokenSymbol }

signing-words-pegged-withdraw = Withdraw { $quantity } to your account on the main chain, less the fee
signing-words-pegged-buy = Have it credited on this network, less the fee

signing-words-comments-createRewardPool = Create a reward pool for { $symbol }
signing-words-comments-updateRewardPool = Change the reward pool { $rewardPoolId }
signing-words-comments-setActive = Let the reward pool { $rewardPoolId } pay rewards
signing-words-comments-setActive-off = Stop the reward pool { $rewardPoolId }
signing-words-comments-setMute = Change whether { $account } is muted in the reward pool { $rewardPoolId }
signing-words-comments-setPostMute = Change whether the post { $authorperm } is muted in the reward pool { $rewardPoolId }
signing-words-mining-createPool = Create a mining pool for { $minedToken }
signing-words-mining-updatePool = Change the mining pool { $id }
signing-words-mining-setActive = Start the mining pool { $id }
signing-words-mining-setActive-off = Stop the mining pool { $id }
signing-words-tokenfunds-createFund = Create a fund that pays { $payToken }
signing-words-tokenfunds-createProposal = Ask the fund { $fundId } for money: “{ $title }”
signing-words-tokenfunds-approveProposal = Approve the proposal { $id }
signing-words-tokenfunds-disapproveProposal = Take back your approval of the proposal { $id }
signing-words-airdrops-newAirdrop = Give { $symbol } to a list of accounts
signing-words-witnesses-approve = Vote for the witness { $witness }
signing-words-witnesses-disapprove = Take back your vote for the witness { $witness }
signing-words-witnesses-register = Register as a witness
signing-words-contract-deploy = Deploy the contract { $name }
signing-words-contract-update = Replace the code of the contract { $name }

# What contracts say, in words

signing-reason-balance = You do not have enough of this token. Look at your balance: what is staked, delegated or in orders cannot be used.
signing-reason-no-balance = There is no balance of this token yet. Get some first.
signing-reason-stake = You do not have enough stake: what you delegated or are unstaking already cannot be used.
signing-reason-delegation = You delegated less than that to this account. Take back at most what you delegated.
signing-reason-no-delegation = You delegated nothing of this token to this account.
signing-reason-no-unstake = This unstake is over or was cancelled already. Load the page again.
signing-reason-precision = The amount has more decimals than this token has. Use fewer.
signing-reason-no-token = There is no token with this symbol. Check the spelling.
signing-reason-symbol-taken = Somebody has a token with this symbol already. Choose another one.
signing-reason-symbol = A symbol has up to 10 capital letters and at most one dot, not at its ends. Choose another one.
signing-reason-name = A name has up to 50 letters, digits and spaces.
signing-reason-account = This is not an account name. Check the spelling.
signing-reason-self = This cannot be done with your own account. Choose another one.
signing-reason-positive = The amount has to be above zero.
signing-reason-fees = You do not have enough of the token in which fees are paid. Get some of it and try again.
signing-reason-active-key = This needs your active key. Sign again with it.
signing-reason-issuer = Only the account that owns this token can do this. Log in as that account.
signing-reason-not-allowed = Your account may not do this.
signing-reason-no-staking = This token cannot be staked: its owner has not switched staking on.
signing-reason-staking-already = Staking is switched on already. There is nothing to do.
signing-reason-no-delegating = Stake of this token cannot be delegated: its owner has not switched delegation on.
signing-reason-delegating-already = Delegation is switched on already. There is nothing to do.
signing-reason-supply = This would be more than the highest number of pieces there may ever be. Issue less.
signing-reason-arithmetic = The amount is too small, or does not fit what is there. Try another one.
signing-reason-no-order = This order is filled, expired or cancelled already. Load the page again.
signing-reason-orders = You have too many open orders. Cancel some first.
signing-reason-order-small = The order is too small to be worth the smallest piece of the other token, or nobody offers the other side. Change the amount or the price.
signing-reason-peg-minimum = The amount is below the minimum. Choose a larger one.
signing-reason-slippage = The price moved more than you allowed. Try again, or allow more.
signing-reason-pool-exists = There is such a pool already. Use that one.
signing-reason-no-pool = There is no such pool. Load the page again.
signing-reason-no-post = There is no such post in this community. It may be too new, or written elsewhere.
signing-reason-blacklist = This account does not accept tokens. Check the name.
signing-reason-no-contract = There is no such contract on this network.
signing-reason-no-action = The contract knows no such action.
signing-reason-quantity = This is not an amount the token knows. Check the number.
signing-reason-params = Something that was filled in is missing or wrong. Check the fields.
signing-reason-liquidity = The pool has too little of the token for this. Try a smaller amount.
signing-reason-budget = The call was too much work for one transaction. Split it.
