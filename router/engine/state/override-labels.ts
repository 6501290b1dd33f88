/** Which labels of progressive `@override` hold for a request. */

const percentage = /^percent\((\d{1,2}(?:\.\d{1,8})?|100)\)$/;

/** The labels that hold: `percent(n)` is drawn anew for each request, of the others `isActive` decides. */
export function activeLabels(
  labels: readonly string[],
  isActive: ((label: string, context: unknown) => boolean) | undefined,
  context: unknown,
): ReadonlySet<string> {
  if (labels.length === 0) return none;
  return new Set(
    labels.filter((label) => {
      const share = percentage.exec(label)?.[1];
      return share === undefined ? (isActive?.(label, context) ?? false) : Math.random() * 100 < Number(share);
    }),
  );
}

const none: ReadonlySet<string> = new Set();
