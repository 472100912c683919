import { consents } from "../consent-tests";

consents();
