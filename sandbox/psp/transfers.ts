/** Transfers from the platform to connected accounts, and fetching them back. Source: https://docs.stripe.com/api/transfers */
import { takesTransfers } from "./accounts.ts";
import { checkCurrency, checkPositive } from "./amounts.ts";
import { availableTo } from "./balance.ts";
import { bankOf } from "./banks.ts";
import { invalid, refused } from "./errors.ts";
import { field, readForm, type parseForm } from "./form.ts";
import { newId, unixNow, type Account, type Transfer, type TransferReversal } from "./records.ts";
import type { Work } from "./work.ts";

type Form = ReturnType<typeof parseForm>;

/** POST /v1/transfers */
export function createTransfer(work: Work, form: Form): Transfer {
  const given = readForm(form, {
    amount: field.integer,
    currency: field.text,
    description: field.text,
    destination: field.text,
    metadata: field.metadata,
    transfer_group: field.text,
  });
  const currency = checkCurrency(given.currency);
  const amount = checkPositive(given.amount ?? 0, "amount");
  if (!given.destination) throw invalid("parameter_missing", "Missing required param: destination.", "destination");
  const account = work.find("account", given.destination);
  if (!account) throw invalid("resource_missing", `No such destination: '${given.destination}'`, "destination");
  checkTaken(work, account, amount, currency);
  const transfer: Transfer = {
    id: newId("transfer"),
    object: "transfer",
    created: unixNow(),
    livemode: false,
    amount,
    amount_reversed: 0,
    currency,
    description: given.description ?? null,
    destination: account.id,
    metadata: given.metadata ?? {},
    reversed: false,
    transfer_group: given.transfer_group ?? null,
  };
  work.put("transfer", transfer);
  work.emit("transfer.created", transfer);
  work.hold = bankOf(account).silent === "transfer";
  return transfer;
}

/** An account behind a bank that refuses transfers counts how often it did. */
function checkTaken(work: Work, account: Account, amount: number, currency: string): void {
  if (!takesTransfers(account)) {
    throw refused(
      "insufficient_capabilities_for_transfer",
      "Your destination account needs to have at least one of the following capabilities enabled: transfers.",
    );
  }
  const { refusesTransfers = 0 } = bankOf(account);
  const isRefused = account.transfer_refusals < refusesTransfers;
  if (isRefused) work.put("account", { ...account, transfer_refusals: account.transfer_refusals + 1 });
  if (isRefused || amount > availableTo(work, null, currency)) {
    throw refused("balance_insufficient", "You have insufficient available funds in your account.");
  }
}

/** POST /v1/transfers/:id/reversals: of `amount`, by default all that is left. */
export function reverseTransfer(work: Work, id: string, form: Form): TransferReversal {
  const given = readForm(form, { amount: field.integer, description: field.text, metadata: field.metadata });
  const transfer = work.need("transfer", id, "id");
  const left = transfer.amount - transfer.amount_reversed;
  const amount = checkPositive(given.amount ?? Math.max(left, 1), "amount");
  if (amount > left) {
    throw refused("parameter_invalid_integer", `Reversal amount (${amount}) is greater than what is left (${left}).`, {
      param: "amount",
    });
  }
  if (amount > availableTo(work, transfer.destination, transfer.currency)) {
    throw refused("balance_insufficient", "The connected account has insufficient funds for the reversal.");
  }
  transfer.amount_reversed += amount;
  transfer.reversed = transfer.amount_reversed === transfer.amount;
  const reversal: TransferReversal = {
    id: newId("transfer_reversal"),
    object: "transfer_reversal",
    created: unixNow(),
    livemode: false,
    amount,
    currency: transfer.currency,
    metadata: given.metadata ?? {},
    transfer: transfer.id,
  };
  work.put("transfer", transfer);
  work.put("transfer_reversal", reversal);
  work.emit("transfer.reversed", transfer);
  return reversal;
}
