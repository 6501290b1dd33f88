/** Names and streets of the demo world's people, each derived from an index alone. */

/** First names, in the order in which they are given. */
export const demoFirstNames: readonly string[] = [
  ..."Siti Budi Dewi Agus Ratna Joko Sari Hendra Wati Rizal Yanti Bambang Lestari Eko Indah Dedi Putri Slamet Rina Arif".split(
    " ",
  ),
  ..."Nur Wayan Maya Teguh Fitri Iwan Kartika Rudi Ayu Surya Melati Adi Citra Bayu Lina Gilang Tari Umar Vina Yusuf".split(
    " ",
  ),
];

const familyNames: readonly string[] = [
  ..."Wijaya Santoso Hidayat Kusuma Nugroho Pratama Siregar Halim Setiawan Nasution Utami".split(" "),
  ..."Rahman Gunawan Lubis Saputra Hartono Wibowo Permadi Anggraini Suryadi Mahendra Tanjung Simatupang".split(" "),
];

const streets: readonly string[] =
  "Melati Kenanga Merdeka Sudirman Cempaka Diponegoro Anggrek Mawar Pahlawan Flamboyan".split(" ");

const pick = (list: readonly string[], index: number): string => list[index % list.length] as string;

/** The n-th first name; the list starts again after its last. */
export const demoFirstName = (n: number): string => pick(demoFirstNames, n);

/** Full name of the n-th customer; the first 920 differ. */
export const demoCustomerName = (n: number): string => `${demoFirstName(n)} ${pick(familyNames, n)}`;

/** Street and number of the n-th customer. */
export const demoStreet = (n: number): string =>
  `Jalan ${pick(streets, n)} ${1 + (Math.floor(n / streets.length) % 120)}`;
