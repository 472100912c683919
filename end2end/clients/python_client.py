"""Plaid's own Python client against the built-in bank: every endpoint that the bank has, once.

Its strict validation refuses an answer that lacks a field or has one of the wrong type.
CLIENT_BANK is the bank's address.
"""

import base64
import datetime
import http.server
import json
import os
import threading
import time
import unittest

import plaid
from plaid.api import plaid_api
from plaid.model.accounts_balance_get_request import AccountsBalanceGetRequest
from plaid.model.accounts_get_request import AccountsGetRequest
from plaid.model.auth_get_request import AuthGetRequest
from plaid.model.country_code import CountryCode
from plaid.model.custom_sandbox_transaction import CustomSandboxTransaction
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
from plaid.model.link_token_create_hosted_link import LinkTokenCreateHostedLink
from plaid.model.link_token_create_request import LinkTokenCreateRequest
from plaid.model.link_token_create_request_user import LinkTokenCreateRequestUser
from plaid.model.link_token_get_request import LinkTokenGetRequest
from plaid.model.products import Products
from plaid.model.sandbox_item_fire_webhook_request import SandboxItemFireWebhookRequest
from plaid.model.sandbox_item_reset_login_request import SandboxItemResetLoginRequest
from plaid.model.sandbox_public_token_create_request import SandboxPublicTokenCreateRequest
from plaid.model.sandbox_public_token_create_request_options import SandboxPublicTokenCreateRequestOptions
from plaid.model.sandbox_transactions_create_request import SandboxTransactionsCreateRequest
from plaid.model.transactions_get_request import TransactionsGetRequest
from plaid.model.transactions_get_request_options import TransactionsGetRequestOptions
from plaid.model.transactions_refresh_request import TransactionsRefreshRequest
from plaid.model.transactions_sync_request import TransactionsSyncRequest
from plaid.model.webhook_verification_key_get_request import WebhookVerificationKeyGetRequest

LIMIT = 20
FIRST_PLATYPUS = "ins_109508"
US = [CountryCode("US")]

configuration = plaid.Configuration(
    host=os.environ["CLIENT_BANK"],
    api_key={"clientId": "a-client", "secret": "a-secret", "plaidVersion": "2020-09-14"},
)
client = plaid_api.PlaidApi(plaid.ApiClient(configuration))


def link(**options):
    """The access token of a new Item."""
    request = SandboxPublicTokenCreateRequest(
        institution_id=FIRST_PLATYPUS,
        initial_products=[Products("transactions")],
        options=SandboxPublicTokenCreateRequestOptions(**options),
    )
    public_token = client.sandbox_public_token_create(request).public_token
    return client.item_public_token_exchange(ItemPublicTokenExchangeRequest(public_token=public_token)).access_token


def history(access_token):
    """All transactions, once the bank has them all."""
    deadline = time.monotonic() + LIMIT
    while True:
        added, cursor = [], ""
        while True:
            page = client.transactions_sync(
                TransactionsSyncRequest(access_token=access_token, cursor=cursor, count=100)
            )
            added += page.added
            cursor = page.next_cursor
            if not page.has_more:
                break
        if str(page.transactions_update_status) == "HISTORICAL_UPDATE_COMPLETE":
            return added
        assert time.monotonic() < deadline, "the history was never complete"
        time.sleep(0.2)


class EveryEndpoint(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.access_token = link()

    def refused(self, call, request):
        with self.assertRaises(plaid.ApiException) as caught:
            call(request)
        return json.loads(caught.exception.body)

    def test_link_token(self):
        made = client.link_token_create(
            LinkTokenCreateRequest(
                client_name="A test",
                user=LinkTokenCreateRequestUser(client_user_id="somebody"),
                products=[Products("transactions")],
                country_codes=US,
                language="en",
                hosted_link=LinkTokenCreateHostedLink(),
            )
        )
        read = client.link_token_get(LinkTokenGetRequest(link_token=made.link_token))
        self.assertEqual(read.link_token, made.link_token)

    def test_item_and_accounts(self):
        item = client.item_get(ItemGetRequest(access_token=self.access_token)).item
        self.assertEqual(item.institution_id, FIRST_PLATYPUS)
        accounts = client.accounts_get(AccountsGetRequest(access_token=self.access_token)).accounts
        now = client.accounts_balance_get(AccountsBalanceGetRequest(access_token=self.access_token)).accounts
        self.assertTrue(accounts)
        self.assertEqual({a.account_id for a in accounts}, {a.account_id for a in now})

    def test_transactions(self):
        synced = history(self.access_token)
        self.assertTrue(synced)
        page = client.transactions_get(
            TransactionsGetRequest(
                access_token=self.access_token,
                start_date=datetime.date(2000, 1, 1),
                end_date=datetime.date.today(),
                options=TransactionsGetRequestOptions(count=500, offset=0),
            )
        )
        self.assertEqual(page.total_transactions, len(synced))
        client.transactions_refresh(TransactionsRefreshRequest(access_token=self.access_token))

    def test_transactions_of_ones_own(self):
        token = link(override_username="user_transactions_dynamic", override_password="a-password")
        history(token)
        today = datetime.date.today()
        own = CustomSandboxTransaction(
            date_transacted=today, date_posted=today, amount=12.34, description="Test Bookshop"
        )
        client.sandbox_transactions_create(SandboxTransactionsCreateRequest(access_token=token, transactions=[own]))
        self.assertIn(12.34, [row.amount for row in history(token) if row.name == "Test Bookshop"])

    def test_institutions(self):
        options = InstitutionsGetRequestOptions(include_optional_metadata=True)
        request = InstitutionsGetRequest(count=3, offset=4, country_codes=US, options=options)
        self.assertEqual(len(client.institutions_get(request).institutions), 3)
        by_id = InstitutionsGetByIdRequest(
            institution_id=FIRST_PLATYPUS,
            country_codes=US,
            options=InstitutionsGetByIdRequestOptions(include_optional_metadata=True, include_status=True),
        )
        self.assertTrue(client.institutions_get_by_id(by_id).institution.url)
        search = InstitutionsSearchRequest(query="platypus", products=[Products("transactions")], country_codes=US)
        found = client.institutions_search(search).institutions
        self.assertIn(FIRST_PLATYPUS, [institution.institution_id for institution in found])
        self.assertTrue(client.categories_get({}).categories)

    def test_metadata_of_institutions(self):
        for institution_id, country in (("ins_3", "US"), ("ins_117650", "GB")):
            request = InstitutionsGetByIdRequest(
                institution_id=institution_id,
                country_codes=[CountryCode(country)],
                options=InstitutionsGetByIdRequestOptions(
                    include_auth_metadata=True, include_payment_initiation_metadata=True
                ),
            )
            institution = client.institutions_get_by_id(request).institution
            self.assertTrue(institution.auth_metadata.supported_methods.instant_auth)
            self.assertEqual(institution.payment_initiation_metadata is None, country == "US")

    def test_products_and_their_status(self):
        request = SandboxPublicTokenCreateRequest(
            institution_id=FIRST_PLATYPUS,
            initial_products=[Products("auth"), Products("investments"), Products("signal")],
        )
        public_token = client.sandbox_public_token_create(request).public_token
        exchanged = client.item_public_token_exchange(ItemPublicTokenExchangeRequest(public_token=public_token))
        got = client.item_get(ItemGetRequest(access_token=exchanged.access_token))
        self.assertTrue(got.status.investments.last_successful_update)
        refusal = self.refused(client.auth_get, AuthGetRequest(access_token=exchanged.access_token))
        self.assertEqual(refusal["error_code"], "INVALID_PRODUCT")

    def test_published_key(self):
        request = WebhookVerificationKeyGetRequest(key_id="6c5516e1-92dc-479e-a8ff-5a51992e0001")
        self.assertTrue(client.webhook_verification_key_get(request).key.expired_at)

    def test_webhook_and_its_key(self):
        arrived, tokens = threading.Event(), []

        class Hook(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()
                if body["webhook_code"] == "NEW_ACCOUNTS_AVAILABLE":
                    tokens.append(self.headers["Plaid-Verification"])
                    arrived.set()

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        webhook = f"http://127.0.0.1:{server.server_port}/hook"
        token = link()
        updated = client.item_webhook_update(ItemWebhookUpdateRequest(access_token=token, webhook=webhook))
        self.assertEqual(updated.item.webhook, webhook)
        client.sandbox_item_fire_webhook(
            SandboxItemFireWebhookRequest(access_token=token, webhook_code="NEW_ACCOUNTS_AVAILABLE")
        )
        self.assertTrue(arrived.wait(LIMIT), "the webhook never arrived")
        key_id = json.loads(decoded(tokens[0].split(".")[0]))["kid"]
        key = client.webhook_verification_key_get(WebhookVerificationKeyGetRequest(key_id=key_id)).key
        self.assertEqual((key.alg, key.crv), ("ES256", "P-256"))

    def test_reset_invalidate_remove(self):
        token = link()
        client.sandbox_item_reset_login(SandboxItemResetLoginRequest(access_token=token))
        refusal = self.refused(client.accounts_balance_get, AccountsBalanceGetRequest(access_token=token))
        self.assertEqual(refusal["error_code"], "ITEM_LOGIN_REQUIRED")
        changed = client.item_access_token_invalidate(ItemAccessTokenInvalidateRequest(access_token=token))
        client.item_remove(ItemRemoveRequest(access_token=changed.new_access_token))
        refusal = self.refused(client.item_get, ItemGetRequest(access_token=changed.new_access_token))
        self.assertEqual(refusal["error_code"], "ITEM_NOT_FOUND")


def decoded(part):
    """A part of a JWT."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


if __name__ == "__main__":
    unittest.main()
