"""steemengine: reads a sidechain by its JSON-RPC, and moves tokens through beem."""

# ANCHOR: connect
from steemengine.api import Api
from steemengine.tokenobject import Token
from steemengine.wallet import Wallet


def connect(demo):
    """The slash at the end matters: steemengine appends the names of the endpoints."""
    return Api(url=demo.side_chain + "/")
# ANCHOR_END: connect


# ANCHOR: wallet
def wallet(api, chain, custom_json_id, account):
    """The tokens of `account`, which signs with the keys that `chain` (a `beem.Steem`) holds."""
    tokens = Wallet(account, api=api, steem_instance=chain)
    tokens.set_id(custom_json_id)
    return tokens
# ANCHOR_END: wallet


#: What its wallet does; for the rest one sends the custom_json oneself. Its `stake` leaves out the recipient, which
#: the contract asks for since 2019.
WALLET_ACTIONS = ("issue", "transfer", "unstake")
