"""The official Python client against a running `passbook sandbox`: every endpoint that the built-in bank speaks.

This client checks each answer against Plaid's own schema, so a key that is missing or null where it must not be fails
here. PLAID_BASE_URL says where the bank is; without it nothing is called, because the client would fall back to Plaid.
"""

import base64
import datetime
import json
import os
import sys
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import plaid
from plaid.api import plaid_api
from plaid.model.accounts_balance_get_request import AccountsBalanceGetRequest
from plaid.model.accounts_get_request import AccountsGetRequest
from plaid.model.country_code import CountryCode
from plaid.model.institutions_get_by_id_request import InstitutionsGetByIdRequest
from plaid.model.institutions_get_by_id_request_options import InstitutionsGetByIdRequestOptions
from plaid.model.institutions_get_request import InstitutionsGetRequest
from plaid.model.institutions_get_request_options import InstitutionsGetRequestOptions
from plaid.model.institutions_search_request import InstitutionsSearchRequest
from plaid.model.item_access_token_invalidate_request import ItemAccessTokenInvalidateRequest
from plaid.model.item_get_request import ItemGetRequest
from plaid.model.item_public_token_exchange_request import ItemPublicTokenExchangeRequest
from plaid.model.item_remove_request import ItemRemoveRequest
from plaid.model.item_webhook_update_request import ItemWebhookUpdateRequest
from plaid.model.custom_sandbox_transaction import CustomSandboxTransaction
from plaid.model.link_token_create_hosted_link import LinkTokenCreateHostedLink
from plaid.model.link_token_create_request import LinkTokenCreateRequest
from plaid.model.link_token_create_request_update import LinkTokenCreateRequestUpdate
from plaid.model.link_token_create_request_user import LinkTokenCreateRequestUser
from plaid.model.link_token_get_request import LinkTokenGetRequest
from plaid.model.link_token_transactions import LinkTokenTransactions
from plaid.model.products import Products
from plaid.model.sandbox_item_fire_webhook_request import SandboxItemFireWebhookRequest
from plaid.model.sandbox_item_reset_login_request import SandboxItemResetLoginRequest
from plaid.model.sandbox_public_token_create_request import SandboxPublicTokenCreateRequest
from plaid.model.sandbox_public_token_create_request_options import SandboxPublicTokenCreateRequestOptions
from plaid.model.sandbox_public_token_create_request_options_transactions import (
    SandboxPublicTokenCreateRequestOptionsTransactions,
)
from plaid.model.sandbox_transactions_create_request import SandboxTransactionsCreateRequest
from plaid.model.transactions_get_request import TransactionsGetRequest
from plaid.model.transactions_get_request_options import TransactionsGetRequestOptions
from plaid.model.transactions_refresh_request import TransactionsRefreshRequest
from plaid.model.transactions_sync_request import TransactionsSyncRequest
from plaid.model.transactions_sync_request_options import TransactionsSyncRequestOptions
from plaid.model.webhook_type import WebhookType
from plaid.model.webhook_verification_key_get_request import WebhookVerificationKeyGetRequest

BASE = os.environ.get("PLAID_BASE_URL")
if not BASE:
    sys.exit("PLAID_BASE_URL is not set: start `passbook sandbox` and give its address")

CLIENT = plaid_api.PlaidApi(
    plaid.ApiClient(
        plaid.Configuration(
            host=BASE, api_key={"clientId": "smoke", "secret": "smoke", "plaidVersion": "2020-09-14"}
        )
    )
)

STEPS = []
RECEIVED = []


def step(function):
    STEPS.append(function)
    return function


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        RECEIVED.append((self.headers["Plaid-Verification"], json.loads(body)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


SERVER = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=SERVER.serve_forever, daemon=True).start()
WEBHOOK = f"http://127.0.0.1:{SERVER.server_port}/hook"


def until(what, check):
    for _ in range(100):
        value = check()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come within 10 seconds")


def webhook_of(code):
    return until(code, lambda: next((got for got in RECEIVED if got[1]["webhook_code"] == code), None))


def refused(code, call):
    try:
        call()
    except plaid.ApiException as error:
        body = json.loads(error.body)
        assert body["error_code"] == code, body
        return
    raise AssertionError(f"expected {code}")


def make_item(username="user_good", password="pass_good", institution="ins_109508", days=730, **options):
    created = CLIENT.sandbox_public_token_create(
        SandboxPublicTokenCreateRequest(
            institution_id=institution,
            initial_products=[Products("transactions")],
            options=SandboxPublicTokenCreateRequestOptions(
                override_username=username,
                override_password=password,
                transactions=SandboxPublicTokenCreateRequestOptionsTransactions(days_requested=days),
                **options,
            ),
        )
    )
    return CLIENT.item_public_token_exchange(
        ItemPublicTokenExchangeRequest(public_token=created.public_token)
    )


def sync_all(token, cursor=""):
    rows = {"added": [], "modified": [], "removed": []}
    while True:
        page = CLIENT.transactions_sync(
            TransactionsSyncRequest(
                access_token=token,
                cursor=cursor,
                count=500,
                options=TransactionsSyncRequestOptions(include_original_description=True),
            )
        )
        for name, found in rows.items():
            found.extend(page[name])
        cursor = page.next_cursor
        if not page.has_more:
            return rows, cursor, str(page.transactions_update_status)


def whole(token):
    """Asks gently: the bank lets an Item be synced 50 times a minute, as Plaid does."""

    def complete():
        page = CLIENT.transactions_sync(TransactionsSyncRequest(access_token=token, count=1))
        if str(page.transactions_update_status) == "HISTORICAL_UPDATE_COMPLETE":
            return True
        time.sleep(0.4)
        return False

    until("all history", complete)
    return sync_all(token)


def link_request(**more):
    return LinkTokenCreateRequest(
        client_name="Smoke",
        language="en",
        country_codes=[CountryCode("US")],
        user=LinkTokenCreateRequestUser(client_user_id="smoke"),
        **more,
    )


ITEMS = {}


@step
def link_token_create_and_get():
    made = CLIENT.link_token_create(
        link_request(
            products=[Products("transactions")],
            transactions=LinkTokenTransactions(days_requested=730),
            hosted_link=LinkTokenCreateHostedLink(),
            webhook=WEBHOOK,
        )
    )
    assert "/hosted/" in made.hosted_link_url
    got = CLIENT.link_token_get(LinkTokenGetRequest(link_token=made.link_token))
    assert got.metadata.client_name == "Smoke"


@step
def sandbox_public_token_create_and_exchange():
    ITEMS["plain"] = make_item().access_token
    ITEMS["dynamic"] = make_item("user_transactions_dynamic", "any", webhook=WEBHOOK).access_token
    call = lambda: CLIENT.item_public_token_exchange(
        ItemPublicTokenExchangeRequest(public_token="public-sandbox-none")
    )
    refused("INVALID_PUBLIC_TOKEN", call)


@step
def item_get():
    got = CLIENT.item_get(ItemGetRequest(access_token=ITEMS["plain"]))
    assert got.item.institution_name == "First Platypus Bank"
    assert got.item.error is None


@step
def item_get_of_a_bank_with_consent():
    institutions = CLIENT.institutions_search(
        InstitutionsSearchRequest(query="bank", country_codes=[CountryCode("GB")])
    ).institutions
    token = make_item(institution=institutions[0].institution_id).access_token
    got = CLIENT.item_get(ItemGetRequest(access_token=token))
    assert got.item.consent_expiration_time > datetime.datetime.now(datetime.timezone.utc)
    whole(token)


@step
def accounts_get():
    got = CLIENT.accounts_get(AccountsGetRequest(access_token=ITEMS["plain"]))
    assert len(got.accounts) > 1


@step
def accounts_balance_get():
    got = CLIENT.accounts_balance_get(AccountsBalanceGetRequest(access_token=ITEMS["plain"]))
    assert all(a.balances.current is not None or a.balances.available is not None for a in got.accounts)


@step
def transactions_sync():
    rows, cursor, _ = whole(ITEMS["plain"])
    assert len(rows["added"]) > 100
    assert len({row.transaction_id for row in rows["added"]}) == len(rows["added"])
    again, _, _ = sync_all(ITEMS["plain"], cursor)
    assert not any(again.values())


@step
def transactions_sync_of_every_institution():
    got = CLIENT.institutions_get(
        InstitutionsGetRequest(count=100, offset=0, country_codes=[CountryCode(c) for c in ("US", "CA", "GB", "DE", "FR")])
    )
    usable = [i for i in got.institutions if str(i.connection_availability) == "SUPPORTED"]
    tokens = []
    for institution in usable:
        try:
            tokens.append(make_item(institution=institution.institution_id, days=60).access_token)
        except plaid.ApiException as error:
            # A bank of this world that is down on purpose.
            assert json.loads(error.body)["error_code"] == "INSTITUTION_DOWN", error.body
    # All are linked before the first is waited for, because they get their rows at the same time.
    for token in tokens:
        whole(token)
        CLIENT.accounts_get(AccountsGetRequest(access_token=token))
    assert len(tokens) > 7, len(tokens)


@step
def transactions_get():
    got = CLIENT.transactions_get(
        TransactionsGetRequest(
            access_token=ITEMS["plain"],
            start_date=datetime.date(2000, 1, 1),
            end_date=datetime.date(2099, 12, 31),
            options=TransactionsGetRequestOptions(count=10, offset=5),
        )
    )
    assert len(got.transactions) == 10
    assert got.total_transactions > 100


@step
def transactions_refresh():
    _, cursor, _ = whole(ITEMS["dynamic"])
    CLIENT.transactions_refresh(TransactionsRefreshRequest(access_token=ITEMS["dynamic"]))
    rows, _, _ = sync_all(ITEMS["dynamic"], cursor)
    assert len(rows["modified"]) == 1
    assert any(row.pending for row in rows["added"])


@step
def sandbox_transactions_create():
    _, cursor, _ = whole(ITEMS["dynamic"])
    day = datetime.date.today() - datetime.timedelta(days=1)
    row = CustomSandboxTransaction(date_transacted=day, date_posted=day, amount=12.34, description="SMOKE")
    CLIENT.sandbox_transactions_create(
        SandboxTransactionsCreateRequest(access_token=ITEMS["dynamic"], transactions=[row])
    )
    rows, _, _ = sync_all(ITEMS["dynamic"], cursor)
    assert any(added.amount == 12.34 for added in rows["added"])


@step
def institutions_get():
    got = CLIENT.institutions_get(
        InstitutionsGetRequest(
            count=3,
            offset=4,
            country_codes=[CountryCode("US")],
            options=InstitutionsGetRequestOptions(include_optional_metadata=True),
        )
    )
    assert len(got.institutions) == 3
    assert all(i.url and i.primary_color for i in got.institutions)


@step
def institutions_get_by_id():
    got = CLIENT.institutions_get_by_id(
        InstitutionsGetByIdRequest(
            institution_id="ins_109508",
            country_codes=[CountryCode("US")],
            options=InstitutionsGetByIdRequestOptions(include_optional_metadata=True, include_status=True),
        )
    )
    assert got.institution.logo and got.institution.status


@step
def institutions_search():
    got = CLIENT.institutions_search(
        InstitutionsSearchRequest(query="platypus", country_codes=[CountryCode("US")])
    )
    assert 0 < len(got.institutions) <= 10


@step
def categories_get():
    assert CLIENT.categories_get({}).categories


@step
def item_webhook_update_and_key_get():
    got = CLIENT.item_webhook_update(ItemWebhookUpdateRequest(access_token=ITEMS["plain"], webhook=WEBHOOK))
    assert got.item.webhook == WEBHOOK
    jwt, _ = webhook_of("WEBHOOK_UPDATE_ACKNOWLEDGED")
    head = jwt.split(".")[0]
    kid = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]
    key = CLIENT.webhook_verification_key_get(WebhookVerificationKeyGetRequest(key_id=kid)).key
    assert (key.alg, key.kid, key.expired_at) == ("ES256", kid, None)


@step
def sandbox_item_fire_webhook():
    fired = CLIENT.sandbox_item_fire_webhook(
        SandboxItemFireWebhookRequest(
            access_token=ITEMS["plain"],
            webhook_type=WebhookType("ITEM"),
            webhook_code="NEW_ACCOUNTS_AVAILABLE",
        )
    )
    assert fired.webhook_fired
    webhook_of("NEW_ACCOUNTS_AVAILABLE")


@step
def sandbox_item_reset_login_and_update_mode():
    token = ITEMS["plain"]
    assert CLIENT.sandbox_item_reset_login(SandboxItemResetLoginRequest(access_token=token)).reset_login
    refused("ITEM_LOGIN_REQUIRED", lambda: CLIENT.accounts_get(AccountsGetRequest(access_token=token)))
    assert CLIENT.item_get(ItemGetRequest(access_token=token)).item.error.error_code == "ITEM_LOGIN_REQUIRED"
    update = LinkTokenCreateRequestUpdate(account_selection_enabled=True)
    made = CLIENT.link_token_create(link_request(access_token=token, update=update))
    CLIENT.link_token_get(LinkTokenGetRequest(link_token=made.link_token))


@step
def item_access_token_invalidate():
    old = ITEMS["dynamic"]
    ITEMS["dynamic"] = CLIENT.item_access_token_invalidate(
        ItemAccessTokenInvalidateRequest(access_token=old)
    ).new_access_token
    refused("INVALID_ACCESS_TOKEN", lambda: CLIENT.item_get(ItemGetRequest(access_token=old)))


@step
def item_remove():
    for token in ITEMS.values():
        CLIENT.item_remove(ItemRemoveRequest(access_token=token))
        refused("ITEM_NOT_FOUND", lambda: CLIENT.item_remove(ItemRemoveRequest(access_token=token)))


def main():
    failed = 0
    for run in STEPS:
        try:
            run()
            print(f"ok      {run.__name__}")
        except Exception:
            failed += 1
            print(f"FAILED  {run.__name__}")
            traceback.print_exc(limit=-4, file=sys.stdout)
    print(f"{len(STEPS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
