// Stands in for zod's fifty translations of its messages (the alias in wrangler.toml): problem
// documents speak English, and the translations would be a quarter of the bundle.
export {};
