// What a client's script got, for the test that started it: the last line of its output.

export const QUESTION = "How do I send a parcel back?";
// Of tenants that are stopped, and that have spent their budget.
export const { STOPPED_KEY, POOR_KEY } = process.env;

// What a developer sees when it fails, and how long that took; of what does not fail, what came.
export async function raisedBy(call) {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  try {
    const came = await call();
    return { type: null, came, seconds: seconds() };
  } catch (fault) {
    const status = fault.status ?? fault.statusCode ?? fault.lastError?.statusCode ?? null;
    return { type: fault.name === "Error" ? fault.constructor.name : fault.name, text: fault.message, status, seconds: seconds() };
  }
}

export function tell(told) {
  console.log(JSON.stringify(told));
}
