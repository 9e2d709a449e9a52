"""beem: all that is needed beside ordinary beem is the address of the node."""

# ANCHOR: connect
from beem import Hive, Steem
from beem.account import Account
from beem.transactionbuilder import TransactionBuilder
from beembase.operations import Custom_json
from beemgraphenebase.account import PasswordKey


def connect(demo, keys):
    """A connection that signs with `keys` (WIF)."""
    kind = Hive if demo.network["chain"] == "hive" else Steem
    return kind(node=[demo.main_chain], keys=keys)
# ANCHOR_END: connect


# ANCHOR: account
def create_account(chain, creator, name, password):
    """Creates `name`, with keys from a password, at the expense of `creator`; returns its active key."""
    chain.create_account(name, creator=creator, password=password, storekeys=False)
    return str(PasswordKey(name, password, role="active").get_private_key())
# ANCHOR_END: account


# ANCHOR: call
def call_tokens(chain, custom_json_id, account, action, payload):
    """Calls an action of the contract `tokens`; the sidechain knows the transaction by the id that comes back."""
    call = {"contractName": "tokens", "contractAction": action, "contractPayload": payload}
    return chain.custom_json(custom_json_id, call, required_auths=[account])["trx_id"]
# ANCHOR_END: call


def active_key(chain, name):
    """The active public key that the main chain holds of `name`."""
    return Account(name, blockchain_instance=chain)["active"]["key_auths"][0][0]


def sign_with(chain, key, account, custom_json_id):
    """Broadcasts a custom_json that claims the active authority of `account`, signed with whatever `key` is."""
    transaction = TransactionBuilder(blockchain_instance=chain)
    fields = {"required_auths": [account], "required_posting_auths": [], "id": custom_json_id, "json": "{}"}
    transaction.appendOps(Custom_json(**fields))
    transaction.appendWif(key)
    transaction.sign()
    return transaction.broadcast()
