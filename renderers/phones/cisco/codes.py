"""The star codes that Cisco's phones would act on by themselves (vertical service activation codes).

They are emptied: what people dial goes to the switch, which has its own (`*72` forwards there, and every
phone of the extension follows).
"""

_COMMON = (
    "Call_Return_Code", "Blind_Transfer_Code",
    "Cfwd_All_Act_Code", "Cfwd_All_Deact_Code", "Cfwd_Busy_Act_Code", "Cfwd_Busy_Deact_Code",
    "Cfwd_No_Ans_Act_Code", "Cfwd_No_Ans_Deact_Code", "CW_Act_Code", "CW_Deact_Code",
    "CW_Per_Call_Act_Code", "CW_Per_Call_Deact_Code", "Block_CID_Act_Code",
    "Block_CID_Deact_Code", "Block_CID_Per_Call_Act_Code", "Block_CID_Per_Call_Deact_Code",
    "Block_ANC_Act_Code", "Block_ANC_Deact_Code", "DND_Act_Code", "DND_Deact_Code",
    "Secure_All_Call_Act_Code", "Secure_No_Call_Act_Code", "Secure_One_Call_Act_Code",
    "Secure_One_Call_Deact_Code", "Referral_Services_Codes", "Feature_Dial_Services_Codes",
    "Prefer_G711u_Code", "Force_G711u_Code", "Prefer_G711a_Code", "Force_G711a_Code",
    "Prefer_G729a_Code", "Force_G729a_Code",
)  # fmt: skip
_DESK = (
    "Paging_Code", "Call_Park_Code", "Call_Pickup_Code", "Group_Call_Pickup_Code",
    "Prefer_G722_Code", "Force_G722_Code",
)  # fmt: skip
_SIPURA = (
    "Call_Back_Act_Code", "Call_Back_Deact_Code", "Media_Loopback_Code",
    "Prefer_G726r16_Code", "Force_G726r16_Code", "Prefer_G726r24_Code", "Force_G726r24_Code",
    "Prefer_G726r32_Code", "Force_G726r32_Code", "Prefer_G726r40_Code", "Force_G726r40_Code",
)  # fmt: skip

STAR_CODES = {
    "mpp": (
        *_COMMON, *_DESK, "Call_Unpark_Code", "Prefer_G722.2_Code", "Force_G722.2_Code",
        "Prefer_iLBC_Code", "Force_iLBC_Code", "Prefer_ISAC_Code", "Force_ISAC_Code",
        "Prefer_OPUS_Code", "Force_OPUS_Code",
    ),
    "spa": (*_COMMON, *_DESK, *_SIPURA, "Call_UnPark_Code"),
    "ata": (*_COMMON, *_SIPURA),
}  # fmt: skip
"""Names of the settings, by template."""
