/** What a customer pays for an order that ended without being fulfilled. */

/** What the customer is charged for the end, as orders decided it; minor units. */
export type Charge = {
  /** The share of each line that is charged, basis points. */
  itemsBps: number;
  /** That share of the lines, after discounts and before tax. */
  itemsMinor: number;
  /** Before its discount, of which the restaurant bears a part; 0 where the delivery is not charged. */
  deliveryFeeMinor: number;
  deliveryDiscountMinor: number;
  deliveryDiscountByRestaurantMinor: number;
  serviceFeeMinor: number;
  smallOrderFeeMinor: number;
  /** The tax of all that is charged. */
  taxMinor: number;
  tipMinor: number;
  /** items + fees − the delivery's discount + tax + tip. */
  totalMinor: number;
};

/** Nothing is charged. */
export const noCharge: Charge = {
  itemsBps: 0,
  itemsMinor: 0,
  deliveryFeeMinor: 0,
  deliveryDiscountMinor: 0,
  deliveryDiscountByRestaurantMinor: 0,
  serviceFeeMinor: 0,
  smallOrderFeeMinor: 0,
  taxMinor: 0,
  tipMinor: 0,
  totalMinor: 0,
};
