/** The name of an order's line, in orders and wherever it is charged or paid back; lines count from 0. */
export const lineIdOf = (orderId: string, position: number): string => `${orderId}.${position}`;
