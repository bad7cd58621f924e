// Law 12: what is shown of a customer without the scope `customer`. A field that nobody knows yet is
// private until it is known.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskCustomer } from "../../src/domain/personal-data";

describe("a customer is masked", () => {
  it("as the interface shows it", () => {
    expect(maskCustomer({ email_id: "kavita@example.com", mobile_number: "9876543210" })).toEqual({
      email_id: "k•••@example.com",
      mobile_number: "••••3210",
    });
  });

  it.each([
    [{ email_id: "no-at-sign" }],
    [{ mobile_number: "987" }],
    [{ mobile_number: 9_876_543_210 }],
    [{ mobile_number: ["9876543210"] }],
    [{ email_id: { address: "kavita@example.com" } }],
    [{ first_name: "Kavita", last_name: "Rao" }],
    [
      {
        billing_address: { address1: "Plot 8", city: "PUNE", pincode: "411038", country: "INDIA" },
      },
    ],
    [{ billing_address: [{ address1: "Plot 8" }] }],
    [{ vpa: "kavita@upi", payer: { vpa: "kavita@upi", phone_number: "9876543210" } }],
    [{ a_field_of_next_year: "Kavita" }],
  ])("in %j", (customer) => {
    const shown = JSON.stringify(maskCustomer(customer));
    for (const secret of ["no-at-sign", "987", "avita", "Rao", "Plot", "PUNE", "411", "upi"]) {
      expect(shown).not.toContain(secret);
    }
  });

  it("keeps no more than four digits of a phone number and one letter of a name, whatever they are", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9]{8,14}$/),
        fc.stringMatching(/^[a-z]{2,12}$/),
        (digits, name) => {
          const shown = JSON.stringify(
            maskCustomer({ mobile_number: digits, email_id: `${name}@shop.in` }),
          );
          expect(shown).not.toContain(digits.slice(0, 5));
          expect(shown).not.toContain(`${name}@`);
        },
      ),
    );
  });

  it.each(["customer_id", "merchant_customer_reference"])(
    "in what the merchant calls the customer (%s), where that is an address or a number",
    (field) => {
      const shown = (value: string) => maskCustomer({ [field]: value })[field];
      expect(shown("kavita@example.com")).toBe("k•••@example.com");
      expect(shown("kavita@okaxis")).toBe("k•••@okaxis");
      for (const number of ["9876543210", "+91 98765 43210", "091-98765-43210", "(98765) 43210"]) {
        expect(shown(number)).toBe("••••3210");
      }
      for (const name of ["700341", "cust-700341", "c_98765432101234567890", ""]) {
        expect(shown(name)).toBe(name);
      }
    },
  );

  it("keeps which fields there are and what is no personal data", () => {
    const customer = {
      customer_id: "700341",
      country_code: "91",
      first_name: "",
      is_edit_allowed: true,
      extra: null,
    };
    expect(maskCustomer(customer)).toEqual(customer);
  });

  it("any JSON at all, without throwing", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (customer) => {
        expect(() => maskCustomer(customer as Parameters<typeof maskCustomer>[0])).not.toThrow();
      }),
    );
  });
});
