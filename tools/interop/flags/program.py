# What a back-end does with OpenFeature in Python. Its packages were fetched into an environment of their own.
import json
import os

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

headers = {"Authorization": f"Bearer {os.environ['LEDGER_TOKEN']}"}
api.set_provider(OFREPProvider(os.environ["LEDGER_URL"], headers_factory=lambda: headers))

client = api.get_client()
context = EvaluationContext(os.environ["USER_ID"], {"email": "jane@example.com", "plan": ["any"]})
ask = {
    "boolean": client.get_boolean_value,
    "number": client.get_integer_value,
    "string": client.get_string_value,
    "object": client.get_object_value,
}
questions = json.loads(os.environ["QUESTIONS"])
print(json.dumps([ask[one["type"]](one["key"], one["fallback"], context) for one in questions]))
