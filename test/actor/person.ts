// A person as a merchant knows one: texts that are found nowhere else in the house, and in no other test.

import { api, type ApiAnswer, createLink, type Made, settle } from "./house";
import { paidOrder } from "./money";
import type { Problem } from "../http/door";

export interface Person {
  /** What a link is made with. */
  readonly about: {
    readonly customer: object;
    readonly description: string;
    readonly merchant_metadata: { readonly note: string };
  };
  /** What must not be found any more. */
  readonly planted: readonly string[];
}

let persons = 0;

export function newPerson(): Person {
  persons += 1;
  const n = `${persons}q`;
  const mobile_number = `98765${String(persons).padStart(5, "0")}`;
  const about = {
    customer: {
      email_id: `kavita.planted${n}@example.org`,
      mobile_number,
      country_code: "91",
      first_name: `PlantedFirst${n}`,
      last_name: `PlantedLast${n}`,
      customer_id: `plantedid-${n}`,
      billing_address: {
        address1: `PlantedStreet${n}`,
        city: `PlantedTown${n}`,
        pincode: "560001",
      },
    },
    description: `PlantedGift${n} for Kavita`,
    merchant_metadata: { note: `PlantedNote${n} ring twice` },
  };
  const names = ["First", "Last", "Street", "Town", "Gift", "Note"];
  const planted = [
    `kavita.planted${n}`,
    mobile_number,
    `plantedid-${n}`,
    ...names.map((name) => `Planted${name}${n}`),
  ];
  return { about, planted };
}

export interface Removal {
  readonly id: string;
  readonly forgotten_at: string;
  readonly state: string;
  readonly removed: { readonly messages: number; readonly notifications: number };
}

export async function remove(id: string): Promise<ApiAnswer<Removal & Problem>> {
  return api("DELETE", `/v1/orders/${id}/personal-data`);
}

/** The link's and the reference's actors too have done what they had to. */
export async function quiet(made: Made): Promise<void> {
  await settle(made.order_id, made.link_id, `reference:${made.reference}`);
}

export async function paidBy({ about }: Person): Promise<Made> {
  const made = await paidOrder(about);
  await quiet(made);
  return made;
}

/** A link that ended unpaid. */
export async function cancelledOf({ about }: Person): Promise<Made> {
  const made = await createLink(about);
  await api("POST", `/v1/links/${made.link_id}/cancel`);
  await quiet(made);
  return made;
}
