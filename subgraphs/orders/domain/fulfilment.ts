/** How an order reaches its customer: a courier brings it, or the customer collects it. */
export type Fulfilment = "DELIVERY" | "PICKUP";
