/** Imported before any schema: zod would try `new Function` to be faster, which our policy refuses and reports. */
import * as z from "zod";

z.config({ jitless: true });
