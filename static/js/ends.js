// For a careful reason there is no end to choose. The server leaves it out as well, should this not run.
document.addEventListener("change", (event) => {
  if (!event.target.matches(".careful:checked")) return;
  const none = event.target.form.querySelector('[name="until"][value=""]');
  if (none) none.checked = true;
});
