/** Settings of orders: the subgraph's own, and every duration and rate of its rules. */
import { z } from "zod";
import { subgraphEnv } from "../../kit/server/env.ts";
import { feeTaxForm } from "./domain/fee-tax.ts";

const ms = (value: number) => z.coerce.number().int().min(1).default(value);
const bps = (value: number) => z.coerce.number().int().min(0).max(10_000).default(value);
const minute = 60_000;

export const env = z.object({
  ...subgraphEnv,
  /** How long a quote binds. */
  QUOTE_EXPIRY_MS: ms(10 * minute),
  /** How long an expired quote is kept. */
  KEEP_QUOTES_MS: ms(30 * 24 * 60 * minute),
  /** How long an order waits for its payment. */
  PAYMENT_TIMEOUT_MS: ms(10 * minute),
  /** How long a restaurant may leave an order unanswered. */
  ACCEPTANCE_TIMEOUT_MS: ms(5 * minute),
  /** An outage of the service that is longer than this gives people the time back that it took of their windows. */
  OUTAGE_MS: ms(minute),
  /** How often the service notes that it works. */
  OUTAGE_BEAT_MS: ms(10_000),
  /** From delivery or collection to completion, which opens the payout. */
  COMPLETION_DELAY_MS: ms(24 * 60 * minute),
  /** How far ahead an order may be scheduled. */
  SCHEDULE_MAX_MS: ms(7 * 24 * 60 * minute),
  /** How long before its time a scheduled order is charged and reaches the restaurant. */
  SCHEDULE_LEAD_MS: ms(60 * minute),
  /** How long after its time a scheduled order that could not be placed all the while is given up. */
  SCHEDULE_GRACE_MS: ms(30 * minute),
  /** How long the kitchen's start waits for the payment's capture before it is refused; 0 = not at all. */
  CAPTURE_WAIT_MS: z.coerce.number().int().min(0).max(20_000).default(5_000),
  /** How long a scheduled order that is due waits for the charge of its saved card. */
  AUTHORIZATION_TIMEOUT_MS: ms(10 * minute),
  /** How long after the promised time a kitchen counts as late. */
  LATE_GRACE_MS: ms(5 * minute),
  /** How long a ready order waits for a courier before support is asked. */
  NO_COURIER_MS: ms(20 * minute),
  /** How long a pickup order that is promised and ready waits for its customer before support is asked. */
  NO_SHOW_MS: ms(60 * minute),
  /** How long a failed delivery waits for somebody to decide whose fault it was; then it counts as nobody's. */
  FAILED_UNDECIDED_MS: ms(24 * 60 * minute),
  /** How long an order may be on its way before support is asked. */
  DELIVERY_ALERT_MS: ms(60 * minute),
  /** How long a cancellation may take before support is asked. */
  CANCELLATION_ALERT_MS: ms(15 * minute),
  SERVICE_FEE_BPS: bps(300),
  /** Share of what is missing to a restaurant's minimum. */
  SMALL_ORDER_FEE_BPS: bps(5_000),
  /** Tax on fees by the restaurant's country: ISO 3166-1 and basis points; none in a country that is not named. */
  FEE_TAX_BPS: z
    .string()
    .regex(feeTaxForm)
    .default(
      "ID=1100,SG=900,MY=800,TH=700,VN=1000,PH=1200,JP=1000,KR=1000,TW=500,CN=600,IN=1800,AU=1000,NZ=1500," +
        "GB=2000,DE=1900,FR=2000,NL=2100,ES=2100,IT=2200,CH=810,SE=2500,TR=2000,CA=500,MX=1600,BH=1000,JO=1600,OM=500,TN=1900",
    ),
  /** Share of each line, as charged and with its tax, that a customer pays who cancels after acceptance. */
  CANCELLATION_FEE_BPS: bps(2_500),
  /** Wrong codes at the counter before the code is locked. */
  COLLECTION_CODE_TRIES: z.coerce.number().int().min(1).default(5),
  /** For how long a collection code is locked then. */
  COLLECTION_CODE_LOCK_MS: ms(5 * minute),
  /** How many codes that do not work a person may try in `PROMOTION_CODE_WINDOW_MS`. */
  PROMOTION_CODE_TRIES: z.coerce.number().int().min(1).default(10),
  /** How long tried codes count against a person. */
  PROMOTION_CODE_WINDOW_MS: ms(60 * minute),
});

export type Env = z.infer<typeof env>;
