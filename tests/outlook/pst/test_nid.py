from skyflytt.outlook.pst import nid
from skyflytt.outlook.pst.nid import NodeType, make_nid, nid_index, nid_type, sibling


def test_an_id_is_its_type_and_its_index() -> None:
    assert make_nid(NodeType.NORMAL_FOLDER, 0x401) == 0x8022
    assert (nid_type(0x200024), nid_index(0x200024)) == (NodeType.NORMAL_MESSAGE, 0x10001)


def test_a_folders_tables_share_its_index() -> None:
    kinds = (NodeType.HIERARCHY_TABLE, NodeType.CONTENTS_TABLE, NodeType.ASSOC_CONTENTS_TABLE)
    assert [sibling(nid.ROOT_FOLDER, kind) for kind in kinds] == [0x12D, 0x12E, 0x12F]
