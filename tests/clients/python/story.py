"""The story of story.json, with its names filled in."""

import json
import pathlib
import re

TEXT = (pathlib.Path(__file__).parent.parent / "story.json").read_text(encoding="utf-8")


def story(demo, symbol, founder):
    """What to do and what to find afterwards, for the client whose token is `symbol`."""
    engine = demo.network["engineAccount"]
    members = [name for name in demo.accounts if name not in (demo.founder, engine)]
    names = {
        "$ENGINE": engine,
        "$UTILITY": demo.network["utilityToken"],
        "$SYMBOL": symbol,
        "$FOUNDER": founder,
        "$MEMBER": members[0],
        "$FRIEND": members[1],
    }
    return json.loads(re.sub(r"\$[A-Z]+", lambda name: names.get(name[0], name[0]), TEXT))
