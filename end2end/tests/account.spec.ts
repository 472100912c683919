import { accountTests } from "../account-tests";

accountTests();
