import { suite } from "./support.mjs";

suite("operator", (at) => {
  at("tells how the node does", async ({ page, open, axe, shot }) => {
    await open("/operator");
    await page.getByRole("heading", { level: 1, name: "This node" }).waitFor();
    await page.getByText("In use").waitFor();
    // the state comes by itself
    const position = page.locator("#operator .figure dd").nth(1);
    const before = await position.textContent();
    await page.mouse.move(0, 0);
    await page.waitForFunction(
      (before) => document.querySelectorAll("#operator .figure dd")[1]?.textContent !== before,
      before,
    );
    await axe();
    await shot("node");
  });
});
