/** Cardholders take charges back: the restaurant and support answer one dispute, support gives another up. */
import { collect } from "./ordering.ts";
import { restaurantId, type World } from "./world.ts";

type Node = { id: string; state: string; payment: { order: { id: string } }; evidence: { contributor: string }[] };
type Page = { edges: { node: Node }[] };

const ofOrder = ({ edges }: Page, orderId: string): Node | undefined =>
  edges.map(({ node }) => node).find(({ payment }) => payment.order.id === orderId);

/** An order that was collected and whose card's bank took the money back; answers the dispute's id. */
async function chargedBack(world: World): Promise<string> {
  const orderId = await collect(world, "pm_card_createDisputeProductUnacceptable");
  type Seen = { restaurant: { disputes: Page } };
  const { restaurant } = await world.owner.watch<Seen>("RestaurantDisputes", { restaurantId }, (seen) =>
    Boolean(ofOrder(seen.restaurant.disputes, orderId)),
  );
  return ofOrder(restaurant.disputes, orderId)?.id ?? "";
}

/** Waits until support sees the dispute in `state`. */
const reaches = ({ admin }: World, disputeId: string, state: string) =>
  admin.watch<{ disputes: Page }>("Disputes", { filter: { restaurantId, states: [state] }, first: 100 }, (seen) =>
    seen.disputes.edges.some(({ node }) => node.id === disputeId),
  );

/** Both sides give evidence, which wins. */
async function answer(world: World): Promise<void> {
  const { owner, admin } = world;
  const disputeId = await chargedBack(world);
  await admin.run("SendDisputeEvidence", { input: { disputeId } }, "NoEvidenceError");
  await owner.run(
    "GiveDisputeEvidence",
    { input: { disputeId, links: ["http://photos.example/1"] } },
    "InvalidInputError",
  );
  await owner.run("GiveDisputeEvidence", { input: { disputeId, productDescription: "Two dishes, as ordered" } });
  type Given = { giveDisputeEvidence: { dispute: Node } };
  const given = await admin.run<Given>("GiveDisputeEvidence", {
    input: { disputeId, uncategorizedText: "winning_evidence" },
  });
  if (given.giveDisputeEvidence.dispute.evidence.length !== 2) throw new Error("not both sides gave evidence");
  const fault = { disputeId, fault: "RESTAURANT", reason: "The photo shows another dish" };
  await admin.run("SetDisputeFault", { input: fault });
  await admin.run("SendDisputeEvidence", { input: { disputeId } });
  await reaches(world, disputeId, "WON");
  await owner.run("GiveDisputeEvidence", { input: { disputeId, customerName: "Ayu" } }, "DisputeNotOpenError");
}

/** Support gives the dispute up, and it is lost. */
async function giveUp(world: World): Promise<void> {
  const { admin } = world;
  const disputeId = await chargedBack(world);
  const input = { disputeId, reason: "The customer is right" };
  await admin.run("AcceptDispute", { input });
  await reaches(world, disputeId, "LOST");
  await admin.run("AcceptDispute", { input }, "DisputeNotOpenError");
}

/** One dispute is won, one given up. */
export async function dispute(world: World): Promise<void> {
  await answer(world);
  await giveUp(world);
}
