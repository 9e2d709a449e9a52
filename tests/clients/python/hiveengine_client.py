"""hiveengine: reads a sidechain by its JSON-RPC, and moves tokens through beem."""

# ANCHOR: connect
from hiveengine.api import Api
from hiveengine.tokenobject import Token
from hiveengine.wallet import Wallet


def connect(demo):
    """The slash at the end matters: hiveengine appends the names of the endpoints."""
    return Api(url=demo.side_chain + "/")
# ANCHOR_END: connect


# ANCHOR: wallet
def wallet(api, chain, custom_json_id, account):
    """The tokens of `account`, which signs with the keys that `chain` (a `beem.Hive`) holds."""
    tokens = Wallet(account, api=api, blockchain_instance=chain)
    tokens.set_id(custom_json_id)
    return tokens
# ANCHOR_END: wallet


#: What its wallet does; for the rest one sends the custom_json oneself.
WALLET_ACTIONS = ("issue", "transfer", "stake", "unstake")
