/** The chart of accounts: what each kind is, on which side it grows, and whose it is. */

export type AccountType = "ASSET" | "LIABILITY" | "INCOME" | "EXPENSE";

export type AccountOwner = "PLATFORM" | "RESTAURANT" | "COURIER";

type AccountRule = { type: AccountType; normalSide: "DEBIT" | "CREDIT"; owner: AccountOwner };

const asset = { type: "ASSET", normalSide: "DEBIT", owner: "PLATFORM" } as const;
const liability = { type: "LIABILITY", normalSide: "CREDIT", owner: "PLATFORM" } as const;
const income = { type: "INCOME", normalSide: "CREDIT", owner: "PLATFORM" } as const;
const expense = { type: "EXPENSE", normalSide: "DEBIT", owner: "PLATFORM" } as const;

/** Every kind of account; accounts are keyed by kind, owner and currency. */
export const accountKinds = {
  psp_clearing: asset,
  bank: asset,
  loan_receivable: { ...asset, owner: "RESTAURANT" },
  orders_held: liability,
  refunds_pending: liability,
  tax_payable: liability,
  payout_in_transit: liability,
  deferred_loan_fee: { ...liability, owner: "RESTAURANT" },
  restaurant_payable: { ...liability, owner: "RESTAURANT" },
  courier_payable: { ...liability, owner: "COURIER" },
  tips_held: { ...liability, owner: "COURIER" },
  commission: income,
  delivery_fee: income,
  service_fee: income,
  cancellation_fee: income,
  payout_fee: income,
  loan_fee_income: income,
  promo_expense: expense,
  refund_expense: expense,
  courier_cost: expense,
  chargebacks: expense,
  psp_fees: expense,
  write_off: expense,
  loan_loss: expense,
} as const satisfies Record<string, AccountRule>;

export type AccountKind = keyof typeof accountKinds;

/** The kinds whose accounts belong to a restaurant or courier each; all others are the platform's. */
export const ownedKinds: readonly AccountKind[] = (Object.keys(accountKinds) as AccountKind[]).filter(
  (kind) => accountKinds[kind].owner !== "PLATFORM",
);

/** A signed sum of entries (debits positive) as the balance a person expects: positive on the account's normal side. */
export const balanceOf = (kind: AccountKind, signedSumMinor: number): number =>
  signedSumMinor === 0 || accountKinds[kind].normalSide === "DEBIT" ? signedSumMinor : -signedSumMinor;
