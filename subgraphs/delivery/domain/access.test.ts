import { expect, it } from "vitest";
import { maySee, maySeePay, maySeePickupCode, maySeeRecipient, type Viewer } from "./access.ts";
import { deliveryStates } from "./delivery-states.ts";

const stranger: Viewer = { userId: "usr_x", isSupport: false, courierId: null, restaurantIds: new Set(["rst_x"]) };
const viewers: Record<string, Viewer> = {
  stranger,
  customer: { ...stranger, userId: "usr_1" },
  restaurant: { ...stranger, restaurantIds: new Set(["rst_x", "rst_1"]) },
  courier: { ...stranger, courierId: "cou_1" },
  "another courier": { ...stranger, courierId: "cou_2" },
  support: { ...stranger, isSupport: true },
};
const delivery = { customerId: "usr_1", restaurantId: "rst_1", courierId: "cou_1", state: "PICKED_UP" as const };
const whoMay = (rule: typeof maySee, of: Parameters<typeof maySee>[1] = delivery) =>
  Object.keys(viewers).filter((name) => rule(viewers[name]!, of));

it("each part is seen by those whom it concerns, and by nobody else", () => {
  expect(whoMay(maySee)).toEqual(["customer", "restaurant", "courier", "support"]);
  expect(whoMay(maySeePickupCode)).toEqual(["restaurant"]);
  expect(whoMay(maySeeRecipient)).toEqual(["customer", "courier", "support"]);
  expect(whoMay(maySeePay)).toEqual(["courier", "support"]);
});

it("a courier knows the recipient only while the delivery is theirs to make", () => {
  const states = deliveryStates.filter((state) => maySeeRecipient(viewers["courier"]!, { ...delivery, state }));
  expect(states).toEqual(["ASSIGNED", "AT_PICKUP", "PICKED_UP", "AT_DROPOFF"]);
});

it("without a courier nobody is its courier", () => {
  const alone = { ...delivery, courierId: null, state: "SEARCHING" as const };
  expect(whoMay(maySee, alone)).toEqual(["customer", "restaurant", "support"]);
  expect(whoMay(maySeePay, alone)).toEqual(["support"]);
});
