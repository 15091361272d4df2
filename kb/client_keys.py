"""Microsoft's published client setup keys (GVLK): the only product keys that may be shown.

They make a machine a client of KMS or of Active Directory-based activation and are the same for everybody; without a
host they activate nothing. Every key stands in one of the documents below, as Microsoft published it. Keys that are
only repeated elsewhere (Office LTSC 2024, Office 2013 and older) are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """Where keys are published: title, address, the date it bears (or empty), the date of comparing it with these."""

    title: str
    url: str
    dated: str
    checked: str


@dataclass(frozen=True, slots=True)
class ClientKey:
    """One published key: 5x5 characters in capitals, the editions it is for, and the document."""

    key: str
    editions: tuple[str, ...]
    source: Document


_WINDOWS = Document(
    "Key Management Services (KMS) client activation and product keys for Windows Server and Windows",
    "https://learn.microsoft.com/windows-server/get-started/kms-client-activation-keys",
    "2024-10-01",
    "2026-11-22",
)
_WINDOWS_BEFORE = Document(
    "Key Management Services (KMS) client activation and product keys for Windows Server and Windows (September 2023)",
    "https://learn.microsoft.com/windows-server/get-started/kms-client-activation-keys",
    "2023-09-05",
    "2026-11-22",
)
"""The same page a year earlier: the names of four keys were dropped since, the keys were not."""
_OFFICE = Document(
    "GVLKs for KMS and Active Directory-based activation of Office, Project, and Visio",
    "https://learn.microsoft.com/deployoffice/vlactivation/gvlks",
    "",
    "2026-11-22",
)

_WINDOWS_KEYS = """
TVRH6-WHNXV-R9WG3-9XRFY-MY832  Windows Server 2025 Standard
D764K-2NDRG-47T6Q-P8T8W-YP6DF  Windows Server 2025 Datacenter
XGN3F-F394H-FD2MY-PP6FD-8MCRC  Windows Server 2025 Datacenter: Azure Edition
VDYBN-27WPP-V4HQT-9VMD4-VMK7H  Windows Server 2022 Standard
WX4NM-KYWYW-QJJR4-XV3QB-6VM33  Windows Server 2022 Datacenter
NTBV8-9K7Q8-V27C6-M2BTV-KHMXV  Windows Server 2022 Datacenter: Azure Edition
N69G4-B89J2-4G8F4-WWYCC-J464C  Windows Server 2019 Standard
WMDGN-G9PQG-XVVXX-R3X43-63DFG  Windows Server 2019 Datacenter
WVDHN-86M7X-466P6-VHXV7-YY726  Windows Server 2019 Essentials
WC2BQ-8NRM3-FDDYY-2BFGV-KHKQY  Windows Server 2016 Standard
CB7KF-BWN84-R7R2Y-793K2-8XDDG  Windows Server 2016 Datacenter
JCKRF-N37P4-C2D82-9YXRT-4M63B  Windows Server 2016 Essentials
N2KJX-J94YW-TQVFB-DG9YT-724CC  Windows Server, versions 20H2, 2004, 1909, 1903 and 1809, Standard
6NMRW-2C8FM-D24W7-TQWMY-CWH2D  Windows Server, versions 20H2, 2004, 1909, 1903 and 1809, Datacenter
PTXN8-JFHJM-4WC78-MPCBR-9W4KR  Windows Server, version 1803, Standard
2HXDN-KRXHB-GPYC7-YCKFJ-7FVDG  Windows Server, version 1803, Datacenter
DPCNP-XQFKJ-BJF7R-FRC8D-GF6G4  Windows Server, version 1709, Standard
6Y6KB-N82V8-D8CQV-23MJW-BWTG6  Windows Server, version 1709, Datacenter
D2N9P-3P6X9-2R39C-7RTCD-MDVJX  Windows Server 2012 R2 Standard
W3GGN-FT8W3-Y4M27-J84CP-Q3VJ9  Windows Server 2012 R2 Datacenter
KNC87-3J2TX-XB4WP-VCPJV-M4FWM  Windows Server 2012 R2 Essentials
XC9B7-NBPP2-83J2H-RHMBY-92BT4  Windows Server 2012 Standard
HM7DN-YVMH3-46JC3-XYTG7-CYQJJ  Windows Server 2012 MultiPoint Standard
XNH6W-2V9GX-RGJ4K-Y8X6F-QGJ2G  Windows Server 2012 MultiPoint Premium
48HP8-DN98B-MYWDG-T2DCC-8W83P  Windows Server 2012 Datacenter
HTDQM-NBMMG-KGYDT-2DTKT-J2MPV  Windows Server 2012 Essentials
6TPJF-RBVHG-WBW2R-86QPH-6RTM4  Windows Server 2008 R2 Web
TT8MH-CG224-D3D7Q-498W2-9QCTX  Windows Server 2008 R2 HPC edition
YC6KT-GKW9T-YTKYR-T4X34-R7VHC  Windows Server 2008 R2 Standard
489J6-VHDMP-X63PK-3K798-CPX3Y  Windows Server 2008 R2 Enterprise
74YFP-3QFB3-KQT8W-PMXWJ-7M648  Windows Server 2008 R2 Datacenter
GT63C-RJFQ3-4GMB6-BRFB9-CB83V  Windows Server 2008 R2 for Itanium-based Systems
WYR28-R7TFJ-3X2YQ-YCY4H-M249D  Windows Web Server 2008
TM24T-X9RMF-VWXK6-X8JC9-BFGM2  Windows Server 2008 Standard
W7VD6-7JFBR-RX26B-YKQ3Y-6FFFJ  Windows Server 2008 Standard without Hyper-V
YQGMW-MPWTJ-34KDK-48M3W-X4Q6V  Windows Server 2008 Enterprise
39BXF-X8Q23-P2WWT-38T2F-G3FPG  Windows Server 2008 Enterprise without Hyper-V
RCTX3-KWVHP-BR6TB-RB6DM-6X7HP  Windows Server 2008 HPC
7M67G-PC374-GR742-YH8V4-TCBY3  Windows Server 2008 Datacenter
22XQ2-VRXRG-P8D42-K34TD-G3QQC  Windows Server 2008 Datacenter without Hyper-V
4DWFP-JF3DJ-B7DTH-78FJB-PDRHK  Windows Server 2008 for Itanium-Based Systems
W269N-WFGWX-YVC9B-4J6C9-T83GX  Windows 11 Pro | Windows 10 Pro
MH37W-N47XK-V7XM9-C7227-GCQG9  Windows 11 Pro N | Windows 10 Pro N
NRG8B-VKK3Q-CXVCJ-9G2XF-6Q84J  Windows 11 Pro for Workstations | Windows 10 Pro for Workstations
9FNHH-K3HBT-3W4TD-6383H-6XYWF  Windows 11 Pro for Workstations N | Windows 10 Pro for Workstations N
6TP4R-GNPTD-KYYHQ-7B7DP-J447Y  Windows 11 Pro Education | Windows 10 Pro Education
YVWGF-BXNMC-HTQYQ-CPQ99-66QFC  Windows 11 Pro Education N | Windows 10 Pro Education N
NW6C2-QMPVW-D7KKK-3GKT6-VCFB2  Windows 11 Education | Windows 10 Education
2WH4N-8QGBV-H22JP-CT43Q-MDWWJ  Windows 11 Education N | Windows 10 Education N
NPPR9-FWDCX-D2C8J-H872K-2YT43  Windows 11 Enterprise | Windows 10 Enterprise
DPH2V-TTNVB-4X9Q3-TJR4H-KHJW4  Windows 11 Enterprise N | Windows 10 Enterprise N
YYVX9-NTFWV-6MDM3-9PT4T-4M68B  Windows 11 Enterprise G | Windows 10 Enterprise G
44RPN-FTY23-9VTTB-MP9BX-T84FV  Windows 11 Enterprise G N | Windows 10 Enterprise G N
M7XTQ-FN8P6-TTKYV-9D4CC-J462D  Windows 11 Enterprise LTSC 2024 | Windows 10 Enterprise LTSC 2021 and 2019
92NFX-8DJQP-P6BBQ-THF9C-7CG2H  Windows 11 Enterprise N LTSC 2024 | Windows 10 Enterprise N LTSC 2021 and 2019
KBN8V-HFGQ4-MGXVD-347P6-PDQGT  Windows IoT Enterprise LTSC 2024 | Windows IoT Enterprise LTSC 2021
DCPHK-NFMTC-H88MJ-PFHPY-QJ4BJ  Windows 10 Enterprise LTSB 2016
QFFDN-GRT3P-VKWWX-X7T3R-8B639  Windows 10 Enterprise N LTSB 2016
WNMTR-4C88C-JK8YV-HQ7T2-76DF9  Windows 10 Enterprise LTSB 2015
2F77B-TNFGY-69QQF-B8YKP-D69TJ  Windows 10 Enterprise N LTSB 2015
GCRJD-8NW9H-F2CDX-CCM8D-9D6T9  Windows 8.1 Pro
HMCNV-VVBFX-7HMBH-CTY9B-B4FXY  Windows 8.1 Pro N
MHF9N-XY6XB-WVXMC-BTDCT-MKKG7  Windows 8.1 Enterprise
TT4HM-HN7YT-62K67-RGRQJ-JFFXW  Windows 8.1 Enterprise N
NG4HW-VH26C-733KW-K6F98-J8CK4  Windows 8 Pro
XCVCF-2NXM9-723PB-MHCB7-2RYQQ  Windows 8 Pro N
32JNW-9KQ84-P47T8-D8GGY-CWCK7  Windows 8 Enterprise
JMNMF-RHW7P-DMY6X-RF3DR-X2BQT  Windows 8 Enterprise N
FJ82H-XT6CR-J8D7P-XQJJ2-GPDD4  Windows 7 Professional
MRPKT-YTG23-K7D7T-X2JMM-QY7MG  Windows 7 Professional N
W82YF-2Q76Y-63HXB-FGJG9-GF7QX  Windows 7 Professional E
33PXH-7Y6KF-2VJC9-XBBR8-HVTHH  Windows 7 Enterprise
YDRBP-3D83W-TY26F-D46B2-XCKRJ  Windows 7 Enterprise N
C29WB-22CC8-VJ326-GHFJW-H9DH4  Windows 7 Enterprise E
YFKBB-PQJJV-G996G-VWGXY-2V3X8  Windows Vista Business
HMBQG-8H2RH-C77VX-27R82-VMQBT  Windows Vista Business N
VKK3X-68KWM-X2YGT-QR4M6-4BWMV  Windows Vista Enterprise
VTC42-BM838-43QHV-84HX6-XJXKV  Windows Vista Enterprise N
"""

_WINDOWS_KEYS_BEFORE = """
BN3D2-R7TKB-3YPBD-8DRP2-27GG4  Windows Server 2012
8N2M2-HWPGY-7PGT9-HGDD8-GVGGY  Windows Server 2012 N
2WN2H-YGCQR-KFX6K-CD6TF-84YXQ  Windows Server 2012 Single Language
4K36P-JN4VD-GDC6V-KDT89-DYFKP  Windows Server 2012 Country Specific
"""

_OFFICE_KEYS = """
FXYTK-NJJ8C-GB6DW-3DYQT-6F7TH  Office LTSC Professional Plus 2021
KDX7X-BNVR8-TXXGX-4Q7Y8-78VT3  Office LTSC Standard 2021
FTNWT-C6WBT-8HMGF-K9PRX-QV9H8  Project Professional 2021
J2JDC-NJCYY-9RGQ4-YXWMH-T3D4T  Project Standard 2021
KNH8D-FGHT4-T8RK3-CTDYJ-K2HT4  Visio LTSC Professional 2021
MJVNY-BYWPY-CWV6J-2RKRT-4M8QG  Visio LTSC Standard 2021
WM8YG-YNGDD-4JHDC-PG3F4-FC4T4  Access LTSC 2021
NWG3X-87C9K-TC7YY-BC2G7-G6RVC  Excel LTSC 2021
C9FM6-3N72F-HFJXB-TM3V9-T86R9  Outlook LTSC 2021
TY7XF-NFRBR-KJ44C-G83KF-GX27K  PowerPoint LTSC 2021
2MW9D-N4BXM-9VBPG-Q7W6M-KFBGQ  Publisher LTSC 2021
HWCXN-K3WBT-WJBKY-R8BD9-XK29P  Skype for Business LTSC 2021
TN8H9-M34D3-Y64V9-TR72V-X79KV  Word LTSC 2021
NMMKJ-6RK4F-KMJVX-8D9MJ-6MWKP  Office Professional Plus 2019
6NWWJ-YQWMR-QKGCB-6TMB3-9D9HK  Office Standard 2019
B4NPR-3FKK7-T2MBV-FRQ4W-PKD2B  Project Professional 2019
C4F7P-NCP8C-6CQPT-MQHV9-JXD2M  Project Standard 2019
9BGNQ-K37YR-RQHF2-38RQ3-7VCBB  Visio Professional 2019
7TQNQ-K3YQQ-3PFH7-CCPPM-X4VQ2  Visio Standard 2019
9N9PT-27V4Y-VJ2PD-YXFMF-YTFQT  Access 2019
TMJWT-YYNMB-3BKTF-644FC-RVXBD  Excel 2019
7HD7K-N4PVK-BHBCQ-YWQRW-XW4VK  Outlook 2019
RRNCX-C64HY-W2MM7-MCH9G-TJHMQ  PowerPoint 2019
G2KWX-3NW6P-PY93R-JXK2T-C9Y9V  Publisher 2019
NCJ33-JHBBY-HTK98-MYCV8-HMKHJ  Skype for Business 2019
PBX3G-NWMT6-Q7XBW-PYJGG-WXD33  Word 2019
XQNVK-8JYDB-WJ9W3-YJ8YR-WFG99  Office Professional Plus 2016
JNRGM-WHDWX-FJJG3-K47QV-DRTFM  Office Standard 2016
YG9NW-3K39V-2T3HJ-93F3Q-G83KT  Project Professional 2016
GNFHQ-F6YQM-KQDGJ-327XX-KQBVC  Project Standard 2016
PD3PC-RHNGV-FXJ29-8JK7D-RJRJK  Visio Professional 2016
7WHWN-4T7MP-G96JF-G33KR-W8GF4  Visio Standard 2016
GNH9Y-D2J4T-FJHGG-QRVH7-QPFDW  Access 2016
9C2PK-NWTVB-JMPW8-BFT28-7FTBF  Excel 2016
DR92N-9HTF2-97XKM-XW2WJ-XW3J6  OneNote 2016
R69KK-NTPKF-7M3Q4-QYBHW-6MT9B  Outlook 2016
J7MQP-HNJ4Y-WJ7YM-PFYGF-BY6C6  PowerPoint 2016
F47MM-N3XJP-TQXJ9-BP99D-8K837  Publisher 2016
869NQ-FJ69K-466HW-QYCP2-DDBV6  Skype for Business 2016
WXY84-JN2Q9-RBCCQ-3Q3J3-3PFJ6  Word 2016
"""


def _keys(table: str, source: Document) -> Iterator[ClientKey]:
    for row in table.strip().splitlines():
        key, _, editions = row.partition("  ")
        yield ClientKey(key, tuple(editions.split(" | ")), source)


CLIENT_KEYS: tuple[ClientKey, ...] = (
    *_keys(_WINDOWS_KEYS, _WINDOWS),
    *_keys(_WINDOWS_KEYS_BEFORE, _WINDOWS_BEFORE),
    *_keys(_OFFICE_KEYS, _OFFICE),
)
"""Every published key, newest first within Windows Server, Windows and Office."""

_PUBLISHED = frozenset(known.key for known in CLIENT_KEYS)


def is_client_key(key: str) -> bool:
    """Whether this key, written as `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX` in capitals, is a published client setup key."""
    return key in _PUBLISHED
