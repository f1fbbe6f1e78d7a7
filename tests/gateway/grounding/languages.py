"""One small source in each language, written for these tests: what quotes of it hold, and what was made up."""

from typing import NamedTuple


class Told(NamedTuple):
    source: str
    # The source's words, in other signs, or with a part of a sentence left out.
    true: tuple[str, ...]
    # A number, a negation, a word that it does not say; or a negation left out.
    made_up: tuple[str, ...]


LANGUAGES: dict[str, Told] = {
    "de": Told(
        "Die Rückgabe ist innerhalb von 30 Tagen möglich. Ohne Beleg nehmen wir das Paket aber nicht an der Theke an.",
        ("innerhalb von 30 Tagen", "„Die Rückgabe ist … von 30 Tagen möglich“", "nehmen wir das Paket aber nicht an"),
        (
            "Die Rückgabe ist innerhalb von 31 Tagen möglich.",
            "Die Rückgabe ist nicht innerhalb von 30 Tagen möglich.",
            "Die Rückgabe ist innerhalb von 30 Wochen möglich.",
            "nehmen wir das Paket … an der Theke an",
            "nehmen wir das Paket aber an der Theke an",
        ),
    ),
    "es": Told(
        "El reembolso se paga en 5 días hábiles después de recibir el paquete. La tienda nunca cobra gastos de envío.",
        ("se paga en 5 días hábiles", "El reembolso se paga … después de recibir el paquete."),
        (
            "El reembolso se paga en 6 días hábiles después de recibir el paquete.",
            "El reembolso no se paga en 5 días hábiles después de recibir el paquete.",
            "El reembolso se paga en 5 meses hábiles después de recibir el paquete.",
            "La tienda siempre cobra gastos de envío.",
            "La tienda cobra gastos de envío.",
            "El reembolso se paga … cobra gastos de envío.",
        ),
    ),
    "ro": Told(
        "Banii se returnează în 14 zile lucrătoare de la primirea coletului. Magazinul nu percepe niciodată taxe.",
        ("Banii se returnează în 14 zile", "Banii se returnează … de la primirea coletului."),
        (
            "Banii se returnează în 15 zile lucrătoare de la primirea coletului.",
            "Banii nu se returnează în 14 zile lucrătoare de la primirea coletului.",
            "Magazinul percepe taxe.",
        ),
    ),
    "el": Told(
        "Η επιστροφή γίνεται μέσα σε 30 ημέρες από την παράδοση. Το κατάστημα δεν χρεώνει τα έξοδα αποστολής.",
        ("μέσα σε 30 ημέρες από την παράδοση", "Η επιστροφή γίνεται … 30 ημέρες από την παράδοση."),
        (
            "Η επιστροφή γίνεται μέσα σε 20 ημέρες από την παράδοση.",
            "Η επιστροφή δεν γίνεται μέσα σε 30 ημέρες από την παράδοση.",
            "Το κατάστημα χρεώνει τα έξοδα αποστολής.",
            "Το κατάστημα … τα έξοδα αποστολής.",
        ),
    ),
    "ru": Told(
        "Возврат возможен в течение 30 дней после доставки заказа. Магазин никогда не берёт плату за пересылку.",
        ("в течение 30 дней после доставки", "«Возврат возможен … после доставки заказа.»"),
        (
            "Возврат возможен в течение 60 дней после доставки заказа.",
            "Возврат не возможен в течение 30 дней после доставки заказа.",
            "Возврат возможен в течение 30 дней после отправки заказа.",
            "Магазин всегда берёт плату за пересылку.",
            "Магазин берёт плату за пересылку.",
        ),
    ),
    "tr": Told(
        "İade, teslimattan sonra 30 gün içinde yapılır. Mağaza kargo ücretini hiçbir zaman müşteriden almadı.",
        ("teslimattan sonra 30 gün içinde", "İade, teslimattan sonra … içinde yapılır."),
        (
            "İade, teslimattan sonra 40 gün içinde yapılır.",
            "İade, teslimattan sonra 30 gün içinde yapılmaz.",
            "İade, teslimattan önce 30 gün içinde yapılır.",
            "Mağaza kargo ücretini hiçbir zaman müşteriden aldı.",
            "Mağaza kargo ücretini … müşteriden almadı.",
        ),
    ),
    "vi": Told(
        "Bạn có thể trả hàng trong vòng 30 ngày sau khi nhận. Cửa hàng không bao giờ thu phí vận chuyển của bạn.",
        ("trả hàng trong vòng 30 ngày", "Bạn có thể trả hàng … sau khi nhận."),
        (
            "Bạn có thể trả hàng trong vòng 80 ngày sau khi nhận.",
            "Bạn không có thể trả hàng trong vòng 30 ngày sau khi nhận.",
            "Bạn có thể trả hàng trong vòng 30 tháng sau khi nhận.",
            "Cửa hàng thu phí vận chuyển của bạn.",
            "Cửa hàng … thu phí vận chuyển của bạn.",
        ),
    ),
    "ar": Told(
        "يمكن إرجاع الطرد خلال ٣٠ يوما من تاريخ التسليم إلى العنوان. المتجر لا يأخذ أي رسوم على الشحن من العملاء.",
        ("خلال ٣٠ يوما من تاريخ التسليم", "خلال 30 يوما من تاريخ التسليم", "يمكن إرجاع الطرد … من تاريخ التسليم"),
        (
            "يمكن إرجاع الطرد خلال ٤٠ يوما من تاريخ التسليم إلى العنوان.",
            "لا يمكن إرجاع الطرد خلال ٣٠ يوما من تاريخ التسليم إلى العنوان.",
            "يمكن إرجاع الطرد خلال ٣٠ شهرا من تاريخ التسليم إلى العنوان.",
            "المتجر يأخذ أي رسوم على الشحن من العملاء.",
        ),
    ),
    "hi": Told(
        "पार्सल मिलने के ३० दिन के अंदर आप उसे वापस भेज सकते हैं। दुकान भेजने का कोई शुल्क ग्राहक से नहीं लेती है।",
        ("पार्सल मिलने के ३० दिन के अंदर", "पार्सल मिलने के 30 दिन के अंदर", "पार्सल मिलने के … उसे वापस भेज सकते हैं"),
        (
            "पार्सल मिलने के ४० दिन के अंदर आप उसे वापस भेज सकते हैं।",
            "पार्सल मिलने के ३० दिन के अंदर आप उसे वापस नहीं भेज सकते हैं।",
            "पार्सल मिलने के ३० साल के अंदर आप उसे वापस भेज सकते हैं।",
            "दुकान भेजने का कोई शुल्क ग्राहक से लेती है।",
            # Only a vowel sign is another.
            "पार्सल मिलने की ३० दिन के अंदर आप उसे वापस भेज सकते हैं।",
        ),
    ),
    "th": Told(
        "ลูกค้าสามารถส่งพัสดุคืนได้ภายใน ๓๐ วันหลังจากได้รับสินค้า ร้านค้าไม่คิดค่าจัดส่งจากลูกค้าทุกคนในประเทศ",
        ("ส่งพัสดุคืนได้ภายใน ๓๐ วัน", "ส่งพัสดุคืนได้ภายใน 30 วัน", "ลูกค้าสามารถส่งพัสดุคืน…หลังจากได้รับสินค้า"),
        (
            "ลูกค้าสามารถส่งพัสดุคืนได้ภายใน ๔๐ วันหลังจากได้รับสินค้า",
            "ลูกค้าไม่สามารถส่งพัสดุคืนได้ภายใน ๓๐ วันหลังจากได้รับสินค้า",
            "ลูกค้าสามารถส่งพัสดุคืนได้ภายใน ๓๐ เดือนหลังจากได้รับสินค้า",
            "หลังจากได้รับสินค้า ร้านค้าคิดค่าจัดส่งจากลูกค้าทุกคนในประเทศ",
            "หลังจากได้รับสินค้า…คิดค่าจัดส่งจากลูกค้าทุกคนในประเทศ",
        ),
    ),
    "zh": Told(
        "客户可以在收到商品后三十天内把包裹退回仓库。商店从来不向任何客户收取30元的运费。",
        ("收到商品后三十天内把包裹", "“客户可以在收到商品后……把包裹退回仓库。”", "收取３０元的运费"),
        (
            "客户可以在收到商品后四十天内把包裹退回仓库。",
            "客户不可以在收到商品后三十天内把包裹退回仓库。",
            "客户可以在收到商品前三十天内把包裹退回仓库。",
            "商店向任何客户收取30元的运费。",
            "商店从来……向任何客户收取30元的运费。",
            # It is thirty.
            "十天内把包裹退回仓库",
        ),
    ),
    "ja": Told(
        "お客様は商品を受け取ってから30日以内に荷物を返送できます。当店は送料をお客様に一切請求しません。",
        ("受け取ってから３０日以内に荷物を", "お客様は商品を受け取って…荷物を返送できます。"),
        (
            "お客様は商品を受け取ってから20日以内に荷物を返送できます。",
            "お客様は商品を受け取ってから30日以内に荷物を返送できません。",
            "当店は送料をお客様に一切請求します。",
            "0日以内に荷物を返送できます",
        ),
    ),
}
