# What a service does that verifies passports with PyJWT. It was fetched into an environment of its own.
import json
import math
import os
import sys
import time

import jwt

keys = jwt.PyJWKClient(os.environ["JWKS_URL"])


def rights_of(text, issuer, audience):
    try:
        key = keys.get_signing_key_from_jwt(text)
        token = jwt.decode_complete(
            text, key, algorithms=["ES256"], issuer=issuer, audience=audience, options={"require": ["exp", "iss", "aud"]}
        )
    except jwt.PyJWTError:
        return None
    # PyJWT does not look at it.
    return token["payload"]["ent"] if token["header"].get("typ") == "entitlements+jwt" else None


def usable_in(rights, features):
    """What may be used now: a feature with its value, or True."""
    now = time.time()
    usable = {}
    for feature in features:
        for interval in rights.get(feature, []):
            if interval.get("f", 0) <= now < interval.get("u", math.inf):
                usable[feature] = interval.get("v", True)
    return usable


answers = []
with open(sys.argv[1]) as questions:
    for question in json.load(questions):
        rights = rights_of(question["text"], question["issuer"], question["audience"])
        answers.append(None if rights is None else usable_in(rights, question["features"]))
print(json.dumps(answers))
