/** The way into the reference: what each role does, story by story, as steps that name fields of the graph. */

/** A step: a field such as `Mutation.placeOrder`, and what it is for. */
type Step = readonly [coordinate: string, purpose: string];
type Story = { readonly title: string; readonly steps: readonly Step[] };

/** A role, and what people of this role come to do. */
export type GuideRole = { readonly role: string; readonly stories: readonly Story[] };

const customer: GuideRole = {
  role: "Customer",
  stories: [
    {
      title: "Order a meal",
      steps: [
        ["Query.restaurants", "find restaurants nearby; nobody has to sign in for this"],
        ["Query.restaurant", "read the menu"],
        ["Mutation.register", "open an account, or sign in"],
        ["Mutation.addAddress", "say where to deliver"],
        ["Mutation.quoteCart", "get a binding price"],
        ["Mutation.placeOrder", "order what was quoted; the card is authorized"],
        ["Query.order", "follow the order, and confirm 3-D Secure at payment.nextActionUrl"],
      ],
    },
    {
      title: "Change your mind, or get money back",
      steps: [
        ["Order.cancellable", "see whether the order can be cancelled, and what it costs"],
        ["Mutation.cancelOrder", "cancel it"],
        ["Payment.refunds", "follow what is paid back"],
      ],
    },
    {
      title: "After the meal",
      steps: [
        ["Mutation.reviewOrder", "rate it"],
        ["Mutation.reorder", "have the same quoted again"],
        ["Mutation.addFavourite", "keep the restaurant"],
      ],
    },
    {
      title: "Your account and your data",
      steps: [
        ["Query.me", "read your profile, addresses and orders"],
        ["Mutation.refresh", "get a new access token when the old one ends"],
        ["Query.myData", "get all that is kept of you"],
        ["Mutation.eraseMe", "have it erased"],
      ],
    },
  ],
};

const restaurant: GuideRole = {
  role: "Restaurant",
  stories: [
    {
      title: "Cook an order",
      steps: [
        ["Restaurant.orderQueue", "read the queue"],
        ["Mutation.acceptOrder", "accept an order, and say how long it takes; the payment is captured"],
        ["Mutation.rejectOrder", "or refuse it; the customer pays nothing"],
        ["Mutation.startPreparing", "begin"],
        ["Mutation.markReady", "call the courier to the counter"],
        ["Mutation.confirmCollection", "hand a pickup order over against its code"],
      ],
    },
    {
      title: "Keep the menu up to date",
      steps: [
        ["Mutation.createMenuItem", "add a dish"],
        ["Mutation.updateMenuItem", "change its name or price"],
        ["Mutation.setItemAvailability", "take it off for today"],
        ["Mutation.setStock", "say how many are left"],
        ["Mutation.setOpeningHours", "say when the kitchen is open"],
      ],
    },
    {
      title: "Earnings",
      steps: [
        ["Restaurant.statement", "read what each order came to"],
        ["Restaurant.payoutAccounts", "see what is owed and when it is paid"],
        ["Mutation.requestInstantPayout", "have it paid now, for a fee"],
      ],
    },
    {
      title: "When a customer's bank takes money back",
      steps: [
        ["Restaurant.disputes", "see the disputes, and until when you may answer"],
        ["Mutation.giveDisputeEvidence", "give evidence; it is sent with support's"],
      ],
    },
  ],
};

const courier: GuideRole = {
  role: "Courier",
  stories: [
    {
      title: "Deliver an order",
      steps: [
        ["Mutation.goOnline", "begin a shift"],
        ["Mutation.updateLocation", "say where you are"],
        ["Query.myOffers", "see what is offered"],
        ["Mutation.respondToOffer", "take an offer or leave it"],
        ["Mutation.arriveAtPickup", "arrive at the restaurant"],
        ["Mutation.pickUp", "take the order over with its code"],
        ["Mutation.arriveAtDropoff", "arrive at the door"],
        ["Mutation.deliver", "hand it over"],
      ],
    },
    {
      title: "When something goes wrong",
      steps: [
        ["Mutation.handBackDelivery", "give a delivery back before pickup"],
        ["Mutation.failDelivery", "report that it cannot be delivered"],
        ["Mutation.returnDelivery", "bring the food back"],
      ],
    },
    { title: "Earnings", steps: [["Courier.statement", "read what each delivery came to"]] },
  ],
};

const support: GuideRole = {
  role: "Support and administration",
  stories: [
    {
      title: "Help with an order",
      steps: [
        ["Query.searchOrders", "find it"],
        ["Query.order", "read its whole history"],
        ["Mutation.cancelOrderForFault", "end it, and say whose fault it was"],
        ["Mutation.resolveFailedDelivery", "decide what a failed delivery comes to"],
        ["Mutation.refundPayment", "give money back, by line or by amount"],
      ],
    },
    {
      title: "Watch the money",
      steps: [
        ["Query.trialBalance", "read the books of a day (administrators)"],
        ["Query.reconciliationFindings", "see where the card provider says otherwise"],
        ["Query.flaggedRefunds", "see refunds that do not get through"],
        ["Query.flaggedPayouts", "see payouts that do not get through"],
      ],
    },
    {
      title: "Answer a dispute",
      steps: [
        ["Query.disputes", "see what is due soon: filter by needsAttention or evidenceDueBefore"],
        ["Mutation.giveDisputeEvidence", "give evidence, beside the restaurant's"],
        ["Mutation.setDisputeFault", "name whose fault it was; a loss falls on them"],
        ["Mutation.sendDisputeEvidence", "send the evidence to the bank, once"],
        ["Mutation.acceptDispute", "or give the dispute up"],
      ],
    },
    {
      title: "People and restaurants",
      steps: [
        ["Query.users", "find people"],
        ["Mutation.suspendUser", "end somebody's sessions and keep them out"],
        ["Mutation.suspendRestaurant", "take a restaurant offline"],
        ["Query.auditLog", "see who changed what"],
      ],
    },
  ],
};

const roles: readonly GuideRole[] = [customer, restaurant, courier, support];

/** What holds for every client. */
export const basics: readonly string[] = [
  "There is one endpoint, `POST /graphql`. `Authorization: Bearer …` carries the access token that `signIn` gives.",
  "A mutation answers a union: its success, or an error type that implements `UserError` and has a `message`. Ask for `__typename` and `... on UserError { message }`.",
  "A request that cannot be answered has `errors`, each with a code in `extensions.code`.",
  "Amounts are whole numbers in the smallest unit of their currency.",
  "Lists have `first` and `after`; `pageInfo.endCursor` is the next `after`.",
  "A mutation that takes an `idempotencyKey` may be repeated with the same key: it takes effect once.",
];

/** The guide for a graph: steps whose field `has` does not know are left out, then stories and roles that have none. */
export const guideFor = (has: (coordinate: string) => boolean): GuideRole[] =>
  roles
    .map(({ role, stories }) => ({
      role,
      stories: stories
        .map(({ title, steps }) => ({ title, steps: steps.filter(([coordinate]) => has(coordinate)) }))
        .filter(({ steps }) => steps.length > 0),
    }))
    .filter(({ stories }) => stories.length > 0);

/** Every field that the guide names. */
export const guideCoordinates: readonly string[] = roles.flatMap(({ stories }) =>
  stories.flatMap(({ steps }) => steps.map(([coordinate]) => coordinate)),
);
