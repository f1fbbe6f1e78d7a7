"""The help centre of Larkfield, a shop that exists nowhere but here. Sources are cited by their id."""

from typing import Final, NamedTuple


class Article(NamedTuple):
    id: str
    title: str
    text: str


ARTICLES: Final = (
    Article(
        "returns",
        "Send a parcel back",
        "You can send a parcel back within 30 days of delivery. Open the order in your account, choose Return items "
        "and print the label. Drop the parcel at any Larkfield point or post office; the label is free.",
    ),
    Article(
        "refunds",
        "When the refund arrives",
        "A refund is paid within 5 working days after the returned parcel reaches our warehouse. It goes to the "
        "card or account you paid with. Original shipping costs are refunded only when the whole order comes back.",
    ),
    Article(
        "exchanges",
        "Exchange for another size or colour",
        "To exchange an item, choose Exchange instead of Return and pick the new size or colour. The new item ships "
        "on the day we scan your label. Exchanges are free once per order.",
    ),
    Article(
        "delivery-times",
        "How long delivery takes",
        "Standard delivery takes 2 to 4 working days. Express delivery arrives on the next working day when you "
        "order before 14:00. Furniture is brought by a carrier who phones you to agree on a day.",
    ),
    Article(
        "shipping-costs",
        "What shipping costs",
        "Standard shipping costs 4.90 euro and is free from 60 euro. Express shipping costs 9.90 euro. Islands have "
        "a surcharge of 6 euro.",
    ),
    Article(
        "tracking",
        "Track a parcel",
        "The tracking number is in the e-mail that we send when the parcel leaves the warehouse. Tracking shows the "
        "first scan after about 12 hours. If it has not moved for 5 days, write to us and we search for it.",
    ),
    Article(
        "change-address",
        "Change the delivery address",
        "You can change the delivery address until the order is packed, usually 2 hours after ordering. Open the "
        "order and choose Edit address. After that only the carrier can redirect the parcel.",
    ),
    Article(
        "cancel-order",
        "Cancel an order",
        "An order can be cancelled free of charge until it is packed. Open it in your account and choose Cancel "
        "order. Once it is packed, refuse the parcel at the door or send it back.",
    ),
    Article(
        "payment",
        "Ways to pay",
        "We accept cards, bank transfer, direct debit and purchase on invoice. Purchase on invoice is open to "
        "customers with one paid order. The card is charged when the parcel ships.",
    ),
    Article(
        "invoices",
        "Get an invoice",
        "Every invoice is in your account under Documents as a PDF file. To put a company name and a VAT number on "
        "it, enter them before you pay. Issued invoices can be corrected for 14 days.",
    ),
    Article(
        "gift-cards",
        "Gift cards",
        "Gift cards are valid for 3 years from the day of purchase. Several gift cards can pay for one order. The "
        "remaining amount stays on the card and is never paid out in cash.",
    ),
    Article(
        "discounts",
        "Use a discount code",
        "Enter a discount code in the basket before you pay. One code can be used for each order, and not for gift "
        "cards. A code that is forgotten cannot be added after the order.",
    ),
    Article(
        "password",
        "Reset the password",
        "Choose Forgot password on the login page and we send a link to your e-mail address. The link works for 60 "
        "minutes. After five wrong attempts the account is locked for a quarter of an hour.",
    ),
    Article(
        "delete-account",
        "Delete the account",
        "You can delete your account under Settings, Privacy. Open orders are finished first. Invoices are kept for "
        "ten years because the law asks for it; everything else is erased within 30 days.",
    ),
    Article(
        "warranty",
        "Warranty",
        "Everything we sell has a warranty of 2 years, tents and backpacks of 5 years. Keep the invoice as proof. "
        "Wear of soles, zips and batteries is not covered.",
    ),
    Article(
        "repairs",
        "Have something repaired",
        "Our workshop repairs tents, jackets and stoves from Larkfield. Describe the damage with two photos and you "
        "get a price within 3 days. A repair takes about two weeks.",
    ),
    Article(
        "damaged",
        "The parcel arrived damaged",
        "If the parcel arrived damaged, take a photo before you unpack it and write to us within 7 days. We send a "
        "replacement at once and collect the damaged item. You pay nothing.",
    ),
    Article(
        "missing-item",
        "An item is missing",
        "Large orders travel in several parcels, so a missing item is often one day behind. The order page shows "
        "what is in which parcel. Tell us within 14 days when something never came.",
    ),
    Article(
        "points",
        "Collect and use points",
        "You get one point for each euro, and 100 points are worth 3 euro. Points expire after 24 months. Points of "
        "an order that is sent back are taken off again.",
    ),
    Article(
        "newsletter",
        "Stop the newsletter",
        "Every newsletter has an unsubscribe link at its end, and one click is enough. It takes effect within a "
        "day. Mails about your orders still come.",
    ),
    Article(
        "business",
        "Buy as a business or school",
        "Businesses, clubs and schools get a price list of their own from ten items on. Write to us with your VAT "
        "number. Payment on invoice is possible within 30 days.",
    ),
    Article(
        "contact",
        "Reach a person",
        "You reach a person by phone from Monday to Friday, 8:00 to 18:00, or by chat until 22:00. Messages are "
        "answered within one working day. Please have the order number ready.",
    ),
)
