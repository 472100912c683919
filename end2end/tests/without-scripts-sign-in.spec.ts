// Logging in with Google and Facebook where scripts do not run.
import { signInTests } from "../sign-in-tests";

signInTests();
