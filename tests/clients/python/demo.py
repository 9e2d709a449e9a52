"""Starts `tartan demo` and reads what it says of itself."""

import atexit
import collections
import json
import os
import queue
import signal
import subprocess
import tempfile
import threading

# beem keeps a configuration file in the user's data folder: give it one of its own, before it is imported.
os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="tartan-clients-")

START_TIMEOUT = 120
STOP_TIMEOUT = 20


class Demo:
    """A running demo: the fields of its JSON line (README.md above), `account(name)` and `stop()`."""

    def __init__(self, chain):
        binary = os.environ.get("TARTAN_BIN")
        if not binary:
            raise RuntimeError("TARTAN_BIN must name the binary: `cargo xtask test --only clients` does")
        command = [binary, "demo", "--json", "--chain", chain]
        command += ["--main-chain-port", "0", "--side-chain-port", "0", "--block-interval", "1s"]
        self._child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        # A test run that dies must not leave a demo behind.
        atexit.register(self._child.kill)
        self._log = collections.deque(maxlen=60)
        self._lines = queue.Queue()
        self._threads = [
            threading.Thread(target=self._keep, args=(self._child.stdout, self._lines.put), daemon=True),
            threading.Thread(target=self._keep, args=(self._child.stderr, self._log.append), daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        fields = json.loads(self._first_line())
        self.main_chain = fields["mainChain"]
        self.side_chain = fields["sideChain"]
        self.network = fields["network"]
        self.accounts = {account["name"]: account for account in fields["accounts"]}
        self.founder = fields["founder"]
        self.token = fields["token"]

    def _keep(self, stream, put):
        for line in stream:
            put(line)
        if stream is self._child.stdout:
            put(None)

    def _first_line(self):
        try:
            line = self._lines.get(timeout=START_TIMEOUT)
        except queue.Empty:
            line = None
        if line is None:
            raise RuntimeError("the demo did not get ready:\n" + self.log())
        return line

    def log(self):
        return "".join(self._log)

    def account(self, name):
        return self.accounts[name]

    def stop(self):
        self._child.send_signal(signal.SIGINT)
        code = self._child.wait(timeout=STOP_TIMEOUT)
        for thread in self._threads:
            thread.join()
        self._child.stdout.close()
        self._child.stderr.close()
        atexit.unregister(self._child.kill)
        if code != 0:
            raise RuntimeError(f"the demo ended with {code}:\n" + self.log())
