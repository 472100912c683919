// Logging in with Google and Facebook.
import { signInTests } from "../sign-in-tests";

signInTests();
