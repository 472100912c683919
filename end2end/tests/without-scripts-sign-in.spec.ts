// Logging in with Google and Facebook without scripts.
import { signInTests } from "../sign-in-tests";

signInTests();
