import { dailyTests } from "../daily-tests";

dailyTests(false);
