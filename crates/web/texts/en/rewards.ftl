rewards-pools-title = Reward pools
rewards-pools-lead = Communities whose token is paid to authors and to those who vote for their posts.
rewards-pools-none = No community has a reward pool yet.
rewards-state = State
rewards-new-tokens = New tokens
rewards-each = { $reward } each { $seconds } s
rewards-tags = Tags

rewards-title = Rewards of { $symbol }
rewards-lead = Posts with the community's tag are paid from this pool, each by the votes of those who hold stake. Nobody has to claim anything: it is paid when its time comes.
rewards-stopped = The community has stopped the pool. Nothing is paid until it starts again.
rewards-in-pool = In the pool
rewards-claims = Pending claims
rewards-claims-hint = Claims are what the votes of posts have come to; each post gets as much of the pool as its claim is of all claims.
rewards-next-interval = New tokens
rewards-yearly = Stakers earn a year
rewards-yearly-hint = What stakers earn holds if all who have stake vote; who does not vote earns nothing.
rewards-replies = Replies have a fund of their own: { $tokens } { $symbol } and claims of { $claims }.
rewards-posts = Posts that wait
rewards-posts-count = { $count ->
    [one] 1 post waits to be paid.
   *[other] { $count } posts wait to be paid.
} The estimates hold if nobody votes any more.
rewards-posts-cut = Only those that are paid first are shown.
rewards-posts-none = No post waits. Publish one with the community's tag.
rewards-post = Post
rewards-estimate = Estimate
rewards-paid = Paid
rewards-vote = Vote
rewards-closed = closed
rewards-muted = muted
rewards-declined = declined
rewards-payments = Next payments
rewards-when = When
rewards-posts-number = Posts
rewards-together = Together
rewards-rules = The rules
rewards-muted-list = Muted
rewards-muted-hint = The community has muted these: their votes count nothing, and nothing is paid to them.
rewards-muted-none = Nobody is muted.

rewards-post-title = Reward of { $post }
rewards-votes = Votes
rewards-posted = Published
rewards-votes-until = Votes count until
rewards-unpaid-muted = The community has muted this post: nothing is paid for it.
rewards-unpaid-declined = The author declined payment for this post.
rewards-vote-title = Vote for it
rewards-direction = What you say
rewards-for = I like it
rewards-against = I am against it
rewards-take-back = I take my vote back
rewards-strength = Strength
rewards-js-says = The post gets { $change } { $symbol } by your vote: { $after } in all. You earn about { $curator } { $symbol }. It uses { $used } of your power to vote, of which you have { $power }.
rewards-js-log-in = Log in to see what your vote is worth.
rewards-js-no-stake = You have no stake of { $symbol }, so your vote changes nothing here. Stake some first.
rewards-js-no-estimate = What your vote is worth cannot be computed now. You can vote all the same.
rewards-mine = You have voted with { $percent }. Another vote takes its place.
rewards-closed-hint = Votes for this post do not count any more.
rewards-shares = Who gets what
rewards-shares-none = Nobody gets anything yet: nobody has voted for it.
rewards-role = As
rewards-role-author = author
rewards-role-curator = voter
rewards-role-beneficiary = beneficiary
rewards-role-tax = app tax
rewards-liquid = Free
rewards-staked = Staked
rewards-voters = Who voted
rewards-voters-none = Nobody has voted for it yet.
rewards-rshares = Adds
rewards-weight = Weight as voter
rewards-why = Why this amount
rewards-why-votes = { $count ->
    [one] 1 vote adds up to { $rshares } by the stake of who voted and the power used.
   *[other] { $count } votes add up to { $rshares } by the stake of those who voted and the power used.
}
rewards-why-claim = On the curve “{ $curve }” with { $exponent } this makes a claim of { $claim }.
rewards-why-claims = All posts claim { $now } now. When this one is paid, { $left } of that is left and { $added } has come in with it: { $then }.
rewards-why-pool = The pool holds { $now } { $symbol } now. { $intervals } more intervals bring { $new }, posts before take { $paid }: { $then }.
rewards-why-value = { $value } { $symbol } = { $pool } × { $claim } / { $claims }
rewards-why-split = Of it { $percent } % go to those who voted: { $curators } { $symbol }. The author's side gets { $author }. { $staked } % of each payment are paid as stake.
rewards-why-hint = This is what is paid if nobody votes or posts any more; “tartan rewards explain” says the same.
