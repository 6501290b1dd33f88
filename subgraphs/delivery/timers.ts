/** What delivery does when its timers fire. */
import type { TimerHandlers } from "../../kit/events/timers.ts";
import { describeTimer, searchLimitTimer } from "./actions/create-delivery.ts";
import { describeDelivery } from "./actions/describe-delivery.ts";
import { expireOffer } from "./actions/expire-offer.ts";
import { matchTimer } from "./actions/matching-timer.ts";
import { courierSilenceTimer } from "./actions/release-courier.ts";
import { offerExpiryTimer, runMatching } from "./actions/run-matching.ts";
import { limitSearch, watchCourier } from "./actions/watch-delivery.ts";
import type { Deps } from "./deps.ts";

/** By the name of the timer. */
export const timers: TimerHandlers<Deps> = {
  [describeTimer]: describeDelivery,
  [matchTimer]: (_timer, deps) => runMatching(deps),
  [offerExpiryTimer]: expireOffer,
  [courierSilenceTimer]: watchCourier,
  [searchLimitTimer]: limitSearch,
};
