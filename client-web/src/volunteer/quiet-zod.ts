/** Imported before any schema: zod would try `new Function` to be faster, which our policy refuses and reports. */
import { config } from "zod/mini";

config({ jitless: true });
