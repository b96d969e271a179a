"""The typed, versioned, frozen documents that sections hold (design 2). Codes are those of `app/domain/data/codes`.

Days are `datetime.date` in the unit's zone, moments aware UTC `datetime`, ids `UUID`, money whole rupiah. An empty text or tuple
means "not recorded". A change of meaning adds a struct with the next tag; the old one stays readable.
"""
