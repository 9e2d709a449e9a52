"""Every Python library plays the story against a demo of its flavour; the engine libraries read what came of it."""

import json
import time
import unittest

from demo import Demo
from story import story

from beem.exceptions import AccountDoesNotExistsException
from beemapi.exceptions import MissingRequiredActiveAuthority

import beem_client
import hiveengine_client
import steemengine_client

PASSWORD = "P5-a-test-password"


def transaction(api, txid):
    """The sidechain's record of a main-chain transaction, as soon as there is one."""
    for _ in range(150):
        record = api.get_transaction_info(txid)
        if record:
            return record
        time.sleep(0.2)
    raise AssertionError(f"the sidechain has no transaction {txid}")


def fields(row, names):
    """The fields of `row` that an expectation speaks of."""
    return {name: (row or {}).get(name) for name in names}


class Flavour:
    """The tests of one flavour, on one demo."""

    chain = ""
    engine_library = None

    @classmethod
    def setUpClass(cls):
        cls.demo = Demo(cls.chain)
        cls.addClassCleanup(cls.demo.stop)
        cls.api = cls.engine_library.connect(cls.demo)

    def play(self, name, symbol, through_wallet):
        """Founds `symbol` and moves it; with `through_wallet` by the engine library wherever it can."""
        demo, founder = self.demo, f"founder-{name}"
        script = story(demo, symbol, founder)
        keys = [account["active"] for account in demo.accounts.values()]
        chain = beem_client.connect(demo, keys)
        founder_key = beem_client.create_account(chain, demo.founder, founder, PASSWORD)
        self.wait_for_account(chain, founder)
        chain = beem_client.connect(demo, keys + [founder_key])
        for step in script["steps"]:
            with self.subTest(action=step["action"], by=step["by"]):
                wallet = through_wallet and "errors" not in step
                txid = (self.send_by_wallet if wallet else self.send)(chain, step)
                self.check_record(transaction(self.api, txid), step)
        self.check_balances(script, chain)
        self.check_token(script["token"])
        self.check_block(txid)

    def wait_for_account(self, chain, name):
        for _ in range(100):
            try:
                self.assertRegex(beem_client.active_key(chain, name), r"^STM[1-9A-HJ-NP-Za-km-z]{50,51}$")
                return
            except AccountDoesNotExistsException:
                time.sleep(0.2)
        self.fail(f"the main chain has no account {name}")

    def send(self, chain, step):
        custom_json_id = self.demo.network["customJsonId"]
        return beem_client.call_tokens(chain, custom_json_id, step["by"], step["action"], step["payload"])

    def send_by_wallet(self, chain, step):
        library, payload = self.engine_library, step["payload"]
        if step["action"] not in library.WALLET_ACTIONS:
            return self.send(chain, step)
        wallet = library.wallet(self.api, chain, self.demo.network["customJsonId"], step["by"])
        quantity, symbol = payload["quantity"], payload["symbol"]
        if step["action"] in ("issue", "transfer"):
            return getattr(wallet, step["action"])(payload["to"], quantity, symbol)["trx_id"]
        return getattr(wallet, step["action"])(quantity, symbol)["trx_id"]

    def check_record(self, record, step):
        self.assertEqual(record["sender"], step["by"])
        self.assertEqual(record["contract"], "tokens")
        self.assertEqual(record["action"], step["action"])
        payload = json.loads(record["payload"])
        self.assertEqual(payload["isSignedWithActiveKey"], True)
        self.assertEqual(fields(payload, step["payload"]), step["payload"])
        self.assertEqual(json.loads(record["logs"]).get("errors"), step.get("errors"), record["logs"])

    def check_balances(self, script, chain):
        for expected in script["balances"]:
            with self.subTest(account=expected["account"], symbol=expected["symbol"]):
                query = {"account": expected["account"], "symbol": expected["symbol"]}
                [row] = self.api.find_one("tokens", "balances", query)
                self.assertEqual(fields(row, expected), expected)
                wallet = self.engine_library.wallet(self.api, chain, "", expected["account"])
                self.assertEqual(fields(wallet.get_token(expected["symbol"]), expected), expected)

    def check_token(self, expected):
        token = self.engine_library.Token(expected["symbol"], api=self.api)
        self.assertEqual(fields(token, expected), expected)
        self.assertEqual(str(token.quantize("1.23456")), "1.234")
        self.assertEqual(len(token.get_holder()), 3)

    def check_block(self, txid):
        number = transaction(self.api, txid)["blockNumber"]
        block = self.api.get_block_info(number)
        self.assertEqual(block["blockNumber"], number)
        self.assertIn(txid, [found["transactionId"] for found in block["transactions"]])
        latest = self.api.get_latest_block_info()
        self.assertGreaterEqual(latest["blockNumber"], number)
        self.assertRegex(latest["hash"], r"^[0-9a-f]{64}$")

    def test_engine_library_reads_the_demo(self):
        token = self.engine_library.Token(self.demo.token, api=self.api)
        self.assertEqual(token["issuer"], self.demo.founder)
        self.assertEqual(self.api.get_contract("tokens")["_id"], "tokens")
        self.assertIsNone(self.api.get_contract("nothing"))
        self.assertIsNone(self.api.get_transaction_info("0" * 40))

    def test_main_chain_refuses_a_wrong_key(self):
        founder = self.demo.account(self.demo.founder)
        chain = beem_client.connect(self.demo, [founder["active"]])
        with self.assertRaises(MissingRequiredActiveAuthority):
            beem_client.sign_with(chain, founder["posting"], founder["name"], self.demo.network["customJsonId"])


class OnSteem(Flavour, unittest.TestCase):
    chain = "steem"
    engine_library = steemengine_client

    def test_beem(self):
        self.play("beem", "COOLBEEM", through_wallet=False)

    def test_steemengine(self):
        self.play("sengine", "COOLSENGIN", through_wallet=True)


class OnHive(Flavour, unittest.TestCase):
    chain = "hive"
    engine_library = hiveengine_client

    def test_beem(self):
        self.play("beem", "COOLBEEM", through_wallet=False)

    def test_hiveengine(self):
        self.play("hengine", "COOLHENGIN", through_wallet=True)

    def test_status(self):
        status = self.api.get_status()
        self.assertEqual(status["chainId"], self.demo.network["customJsonId"].removeprefix("ssc-"))
        self.assertGreater(status["lastBlockNumber"], 0)


if __name__ == "__main__":
    unittest.main()
