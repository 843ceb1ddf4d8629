# What a back-end does, with the generated Python client. It is run beside it, in the folder of run.mjs.
import os

from ledger.api.catalog import put_feature
from ledger.api.checks import check_access
from ledger.api.entitlements import create_entitlement, list_entitlements
from ledger.api.usage import consume
from ledger.client import AuthenticatedClient
from ledger.models import (
    Check,
    Consume,
    Consumption,
    CreateEntitlement,
    Entitlement,
    EntitlementList,
    Feature,
    FeatureType,
    Problem,
    PutFeature,
)

client = AuthenticatedClient(base_url=os.environ["LEDGER_URL"], token=os.environ["LEDGER_TOKEN"])
user = "jane+python@example.com"
feature = "python-credits"

put = put_feature.sync(feature, client=client, body=PutFeature(type_=FeatureType.METERED, unit="credits"))
assert isinstance(put, Feature) and put.unit == "credits", put

granted = create_entitlement.sync(
    user, client=client, idempotency_key="order-1", body=CreateEntitlement(feature=feature, amount=100)
)
assert isinstance(granted, Entitlement) and granted.state == "active", granted

checked = check_access.sync(user, feature, client=client, min_version=1)
assert isinstance(checked, Check) and checked.allowed, checked

spent = consume.sync(user, client=client, idempotency_key="export-1", body=Consume(feature=feature, amount=30))
assert isinstance(spent, Consumption) and spent.amount == 30, spent

listed = list_entitlements.sync(user, client=client)
assert isinstance(listed, EntitlementList) and [item.id for item in listed.items] == [granted.id], listed

refused = consume.sync(user, client=client, idempotency_key="export-2", body=Consume(feature=feature, amount=71))
assert isinstance(refused, Problem) and refused.code == "insufficient_balance", refused
