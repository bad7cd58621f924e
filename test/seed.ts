// Properties are drawn from one seed, so that a run says the same of the same code on every machine; with
// CHUKTA_SEED another is taken, which is how new histories are looked for. A failure prints its seed.
import * as fc from "fast-check";
import { inject } from "vitest";

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: inject("seed") });
