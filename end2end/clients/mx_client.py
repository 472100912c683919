"""MX's own Python client against the built-in bank.

Its strict validation refuses an answer that has a field of the wrong type.
CLIENT_BANK is the bank's address.
"""

import os
import time
import unittest

import mx_platform_python as mx

ACCEPT = "application/vnd.mx.api.v1+json"
LIMIT = 20


def client():
    settings = mx.Configuration(username="a-client", password="a-key", host=os.environ["CLIENT_BANK"])
    return mx.ApiClient(settings, header_name="Accept", header_value=ACCEPT)


class Bank(unittest.TestCase):
    def setUp(self):
        api = client()
        self.accounts = mx.AccountsApi(api)
        self.institutions = mx.InstitutionsApi(api)
        self.members = mx.MembersApi(api)
        self.transactions = mx.TransactionsApi(api)
        self.users = mx.UsersApi(api)
        self.widgets = mx.WidgetsApi(api)
        body = mx.UserCreateRequestBody(user=mx.UserCreateRequest(metadata="of a test"))
        self.user = self.users.create_user(body).user.guid

    def member(self, password):
        typed = {"LOGIN": "mxuser", "PASSWORD": password}
        asked = self.institutions.list_institution_credentials("mxbank").credentials
        credentials = [mx.CredentialRequest(guid=one.guid, value=typed[one.field_name]) for one in asked]
        new = mx.MemberCreateRequest(institution_code="mxbank", credentials=credentials)
        made = self.members.create_member(self.user, mx.MemberCreateRequestBody(member=new))
        return made.member.guid

    def settled(self, guid):
        deadline = time.monotonic() + LIMIT
        while True:
            seen = self.members.read_member_status(guid, self.user).member
            if seen.connection_status == "CHALLENGED" or not seen.is_being_aggregated:
                return seen
            self.assertLess(time.monotonic(), deadline, f"the run never ended: {seen.connection_status}")
            time.sleep(0.1)

    def test_users_and_institutions_are_listed_and_read(self):
        self.assertTrue(self.users.list_users().users)
        self.assertEqual(self.users.read_user(self.user).user.metadata, "of a test")
        found = self.institutions.list_institutions(name="mx bank").institutions
        self.assertEqual(found[0].code, "mxbank")
        self.assertEqual(self.institutions.read_institution("mxbank").institution.name, "MX Bank")
        self.users.delete_user(ACCEPT, self.user)
        with self.assertRaises(mx.ApiException) as refused:
            self.users.read_user(self.user)
        self.assertEqual(refused.exception.status, 404)

    def test_a_member_connects_and_its_money_is_read(self):
        guid = self.member("anything")
        self.assertEqual(self.settled(guid).connection_status, "CONNECTED")
        self.assertEqual(self.members.read_member(guid, self.user).member.name, "MX Bank")
        self.assertEqual(len(self.members.list_members(self.user).members), 1)
        accounts = self.accounts.list_member_accounts(self.user, guid).accounts
        self.assertIn("CHECKING", [account.type for account in accounts])
        page = self.transactions.list_transactions_by_member(guid, self.user, page=1, records_per_page=1000)
        self.assertEqual(len(page.transactions), page.pagination.total_entries)
        self.assertTrue(all(row.amount >= 0 for row in page.transactions))
        self.members.aggregate_member(guid, self.user)
        self.assertEqual(self.settled(guid).connection_status, "CONNECTED")
        self.transactions.extend_history(guid, self.user)
        self.assertEqual(self.settled(guid).connection_status, "CONNECTED")
        self.members.delete_member(guid, self.user)

    def test_challenges_are_answered(self):
        for password in ("challenge", "options", "image"):
            guid = self.member(password)
            self.assertEqual(self.settled(guid).connection_status, "CHALLENGED")
            asked = self.members.list_member_challenges(guid, self.user).challenges
            answers = [mx.CredentialRequest(guid=one.guid, value="correct") for one in asked]
            answers = mx.MemberResumeRequest(challenges=answers)
            self.members.resume_aggregation(guid, self.user, mx.MemberResumeRequestBody(member=answers))
            self.assertEqual(self.settled(guid).connection_status, "CONNECTED")
            self.members.delete_member(guid, self.user)

    def test_a_widget_has_an_address(self):
        body = mx.ConnectWidgetRequestBody(config=mx.ConnectWidgetRequest())
        url = self.widgets.request_connect_widget_url(self.user, body).user.connect_widget_url
        self.assertTrue(url.startswith(os.environ["CLIENT_BANK"]))


if __name__ == "__main__":
    unittest.main()
